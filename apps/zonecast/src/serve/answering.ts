/** What every process that answers has: the listeners, the probes, metrics, and an orderly end. */
import type { Configuration } from '@zonecast/corefile'
import { type FeedNaming, Responder } from '@zonecast/responder-app'
import type { Flags } from '../command-line.ts'
import { type Log, writeLine } from '../log/log.ts'
import { PROGRAM, runtimeText } from '../version.ts'
import type { Contribute } from './metrics.ts'
import { openProbes, type Probes } from './probes.ts'
import { addResponder } from './responder-metrics.ts'

/** How long what is in flight may take after the signal to stop. */
const DRAIN_MS = 5000

export interface Answering {
  readonly responder: Responder
  /** Lame duck first, then nothing new is taken and what is in flight finishes. */
  close(): Promise<void>
}

export interface AnsweringParts {
  readonly log: Log
  /** What ought to end the process. */
  onFailure(error: Error): void
  /** Adds what else there is to tell in metrics. */
  readonly contribute: Contribute
  /** Where each feed stands, `NAME EPOCH-N`. */
  positions(): readonly string[]
  readonly nameFeed?: FeedNaming
  /** Zones, absolute, that are not answered for their age alone: whoever follows the same feed has the same trouble. */
  readonly agedZones?: () => readonly string[]
}

/** @throws TransportError when a listener cannot be opened; none is left open then */
export async function startAnswering(
  configuration: Configuration,
  { quiet }: Pick<Flags, 'quiet'>,
  { log, onFailure, contribute, positions, nameFeed, agedZones }: AnsweringParts,
): Promise<Answering> {
  const udp = process.env['ZONECAST_UDP']
  const responder = await Responder.open({
    configuration,
    version: PROGRAM,
    writeLine,
    onError: (error) => log.error(error),
    onFailure,
    positions,
    udp: udp === 'threads' || udp === 'sockets' ? udp : undefined,
    ...(nameFeed === undefined ? {} : { nameFeed }),
  })
  const servers: { close(): Promise<void> }[] = [{ close: () => responder.close(DRAIN_MS) }]
  const closeAll = async () => {
    for (const server of servers) await server.close()
  }
  let probes: Probes
  try {
    probes = await openProbes(configuration, () => {
      const aged = agedZones?.() ?? []
      return responder.pendingZones().filter((zone) => !aged.includes(zone))
    })
    servers.push(probes)
    const tell: Contribute = (scrape) => {
      addResponder(scrape, responder.readings())
      contribute(scrape)
    }
    if (configuration.blocks.some(({ prometheus }) => prometheus !== undefined)) {
      servers.push(await (await import('./metrics.ts')).openMetricsServers(configuration, tell))
    }
  } catch (error) {
    await closeAll()
    throw error
  }
  if (!quiet) tellListeners(responder)
  return {
    responder,
    async close() {
      await probes.lameduck()
      await closeAll()
    },
  }
}

function tellListeners(responder: Responder): void {
  for (const { url, zones, description } of responder.listeners) {
    for (const zone of zones) process.stdout.write(`${zone} ${url} ${description}\n`)
  }
  process.stdout.write(`${PROGRAM}\n${runtimeText()}\n`)
}
