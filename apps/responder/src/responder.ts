/**
 * A responder: opens the listeners that a Corefile asks for and answers from the images it is given. It knows nothing of
 * where images come from.
 */
import { availableParallelism, hostname } from 'node:os'
import {
  Answerer,
  createQueryHandler,
  type QueryHandler,
  readTally,
  type Surroundings,
  Tally,
  tallyMemory,
} from '@zonecast/answer'
import type { Configuration } from '@zonecast/corefile'
import { StackSender, type StackUpdate } from '@zonecast/feed/replica'
import type { ImageStack } from '@zonecast/image'
import type { Listener, TlsOptions, Udp } from '@zonecast/transport'
import { type ListenerPlan, planListeners } from './listener-plan.ts'
import { interfaceAddresses, ownAddresses, wildcards } from './own-addresses.ts'
import type { PacketThreadSetup } from './packet-thread-setup.ts'
import type { ResponderReadings } from './readings.ts'
import type { FeedNaming } from './stanzas.ts'

export interface ResponderOptions {
  readonly configuration: Configuration
  readonly version: string
  /** Where each feed stands, `NAME EPOCH-N`, for who asks which server and which state answered. */
  positions(): readonly string[]
  /** A line of the `log` and `errors` plugins. */
  writeLine: Surroundings['writeLine']
  /** What went wrong without ending anything. */
  onError(error: unknown): void
  /** What ought to end the process: a packet thread is gone. */
  onFailure(error: Error): void
  /** Names the feed of a block's stanza as `setImages` does; by the source of its objects when absent. */
  readonly nameFeed?: FeedNaming
  /** Which way UDP goes; left to the machine when undefined. */
  readonly udp: 'threads' | 'sockets' | undefined
}

/** A listener as it is told of at the start. */
export interface OpenListener {
  /** `dns://127.0.0.1:53` */
  readonly url: string
  readonly zones: readonly string[]
  readonly description: string
}

interface OpenPlan {
  readonly plan: ListenerPlan
  readonly answerer: Answerer
  /** Where its threads count; undefined when nothing is counted. */
  readonly counts: SharedArrayBuffer | undefined
  readonly udp: Udp | undefined
  readonly listeners: readonly Listener[]
  readonly told: OpenListener
}

export class Responder {
  readonly #open: readonly OpenPlan[]
  readonly #senders = new Map<string, StackSender>()
  readonly #images = new Map<string, ImageStack>()

  private constructor(open: readonly OpenPlan[]) {
    this.#open = open
  }

  /** @throws TransportError when a listener cannot be opened; none is left open then. */
  static async open(options: ResponderOptions): Promise<Responder> {
    const plans = planListeners(
      options.configuration.blocks,
      { wildcards: wildcards(), interfaceAddresses },
      options.nameFeed,
    )
    const own = ownAddresses(plans.flatMap(({ addresses }) => addresses))
    const surroundings: Surroundings = {
      identity: { version: options.version, id: hostname() },
      positions: options.positions,
      ownAddresses: () => own,
      writeLine: options.writeLine,
      now: () => performance.now(),
      later: (delayMs, callback) => void setTimeout(callback, delayMs).unref(),
    }
    const opened = await Promise.allSettled(plans.map((plan) => openPlan(plan, surroundings, options)))
    const failed = opened.find((result) => result.status === 'rejected')
    const open = opened.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
    if (failed !== undefined) {
      await Promise.all(open.map((each) => closePlan(each, 0)))
      throw failed.reason
    }
    return new Responder(open)
  }

  get listeners(): readonly OpenListener[] {
    return this.#open.map(({ told }) => told)
  }

  /** From now on the zones of a feed are answered from these images, newest first. */
  setImages(feed: string, images: ImageStack): void {
    const sender = this.#senders.get(feed) ?? new StackSender(feed)
    this.#senders.set(feed, sender)
    this.#images.set(feed, images)
    const update: StackUpdate = sender.update(images)
    for (const { answerer, udp } of this.#open) {
      answerer.setImages(feed, images)
      udp?.post(update)
    }
  }

  /** Zones that no image holds yet. */
  pendingZones(): string[] {
    const zones = this.#open.flatMap(({ answerer }) => answerer.routes.zones)
    return [...new Set(zones.filter(({ data }) => data === undefined).map(({ name }) => `${name}.`))]
  }

  /** What there is to tell by now. */
  readings(): ResponderReadings {
    const listeners = this.#open.map(({ plan, counts, udp, told }) => ({
      server: serverName(plan, told.url),
      blocks: plan.blocks,
      tally: counts === undefined ? undefined : readTally(plan.blocks, counts),
      udp: udp?.counters(),
    }))
    return { listeners, images: this.#images, pendingZones: this.pendingZones() }
  }

  /** Takes nothing new, finishes what is in flight within `drainMs`. */
  async close(drainMs: number): Promise<void> {
    await Promise.all(this.#open.map((open) => closePlan(open, drainMs)))
  }
}

async function openPlan(plan: ListenerPlan, surroundings: Surroundings, options: ResponderOptions): Promise<OpenPlan> {
  const threads = plan.sockets ?? availableParallelism()
  // One more for this thread.
  const counts = plan.blocks.some(({ counted }) => counted) ? tallyMemory(plan.blocks, threads + 1) : undefined
  const tally = counts && new Tally(plan.blocks, counts, threads, surroundings.now)
  const answerer = new Answerer(plan.blocks, tally, Date.now)
  const handler = createQueryHandler(answerer, surroundings)
  const zones = plan.blocks.flatMap((block) => block.zones.map((zone) => `${zone}.`))
  const host = plan.addresses.map((address) => (address.includes(':') ? `[${address}]` : address)).join(',')
  const open = { dns: openDns, tls: openDot, https: openDoh }[plan.scheme]
  const { udp, listeners, description } = await open({ plan, threads, counts, answerer, handler, options })
  const port = udp?.local[0]?.port ?? listeners[0]?.port ?? plan.port
  const told = { url: `${plan.scheme}://${host}:${port}`, zones, description }
  return { plan, answerer, counts, udp, listeners, told }
}

/** As CoreDNS has it in the label `server`: `dns://:53`, `dns://127.0.0.1:53`. */
function serverName({ scheme, addresses }: ListenerPlan, url: string): string {
  const isEverywhere = addresses.join() === wildcards().join()
  return isEverywhere ? `${scheme}://${url.slice(url.lastIndexOf(':'))}` : url
}

interface Opening {
  readonly plan: ListenerPlan
  readonly threads: number
  readonly counts: SharedArrayBuffer | undefined
  readonly answerer: Answerer
  readonly handler: QueryHandler
  readonly options: ResponderOptions
}

type Opened = Pick<OpenPlan, 'udp' | 'listeners'> & { readonly description: string }

/** Ports that are tried where any will do. */
const FREE_PORT_TRIES = 10

/** UDP and TCP on the same port, which the system chooses where it is 0. */
async function openDns(opening: Opening, tries = opening.plan.port === 0 ? FREE_PORT_TRIES : 1): Promise<Opened> {
  const { plan, threads, counts, answerer, handler, options } = opening
  const { openTcp, openUdp, TransportError } = await import('@zonecast/transport')
  const udp = await openUdp({
    addresses: plan.addresses.map((address) => ({ address, port: plan.port })),
    threads,
    threadEntry: new URL('./packet-thread.ts', import.meta.url),
    workerData: { blocks: plan.blocks, counts } satisfies PacketThreadSetup,
    answer: (query, response, stream, ipv6) => answerer.answer(query, response, stream, ipv6),
    onSlow: handler,
    onFailure: options.onFailure,
    ...(options.udp === undefined ? {} : { prefer: options.udp }),
  })
  try {
    const listeners = await openAll(udp.local, ({ address, port }) =>
      openTcp({ address, port, handler, onError: options.onError }),
    )
    return { udp, listeners, description: udp.description }
  } catch (error) {
    await udp.close(0)
    // The port that the system gave for UDP may be a TCP connection's.
    const isTaken = error instanceof TransportError && error.code === 'address-in-use'
    if (isTaken && tries > 1) return openDns(opening, tries - 1)
    throw error
  }
}

async function openDot({ plan, handler, options }: Opening): Promise<Opened> {
  const { openTls } = await import('@zonecast/transport')
  const tls = tlsOptions(plan)
  if (tls === undefined) throw new Error(`a tls:// server block on port ${plan.port} has no "tls CERT KEY"`)
  const listeners = await openAll(placesOf(plan), ({ address, port }) =>
    openTls({ address, port, handler, tls, onError: options.onError }),
  )
  return { udp: undefined, listeners, description: 'DNS over TLS' }
}

async function openDoh({ plan, handler, options }: Opening): Promise<Opened> {
  const { openHttps } = await import('@zonecast/transport')
  const tls = tlsOptions(plan)
  const listeners = await openAll(placesOf(plan), ({ address, port }) =>
    openHttps({ address, port, handler, onError: options.onError, ...(tls === undefined ? {} : { tls }) }),
  )
  return { udp: undefined, listeners, description: tls === undefined ? 'DNS over HTTP, no TLS' : 'DNS over HTTPS' }
}

interface Place {
  readonly address: string
  readonly port: number
}

function placesOf({ addresses, port }: ListenerPlan): Place[] {
  return addresses.map((address) => ({ address, port }))
}

/** All of them, or none: what is open already is closed when one fails. */
async function openAll(places: readonly Place[], open: (place: Place) => Promise<Listener>): Promise<Listener[]> {
  const opened = await Promise.allSettled(places.map(open))
  const listeners = opened.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
  const failed = opened.find((result) => result.status === 'rejected')
  if (failed === undefined) return listeners
  await Promise.all(listeners.map((listener) => listener.close(0)))
  throw failed.reason
}

function tlsOptions({ tls }: ListenerPlan): TlsOptions | undefined {
  if (tls === undefined) return undefined
  const { cert, key, ca, clientAuth } = tls
  return { files: { cert, key, ...(ca === undefined ? {} : { ca }) }, clientAuth }
}

async function closePlan({ udp, listeners }: OpenPlan, drainMs: number): Promise<void> {
  await Promise.all([udp?.close(drainMs), ...listeners.map((listener) => listener.close(drainMs))])
}
