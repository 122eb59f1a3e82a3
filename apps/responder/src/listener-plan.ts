/** Which listeners a Corefile asks for, and which server blocks answer at each. */
import type { Block, WildcardsPlugin } from '@zonecast/answer'
import type { BindTarget, KubernetesStanza, Scheme, ServerBlock, TlsDirective } from '@zonecast/corefile'
import { parsePrefix } from '@zonecast/dns'
import { type FeedNaming, type FeedStanzas, feedBySource, feedsOf, ordinalOf } from './stanzas.ts'

/** Server blocks that answer at the same addresses and port. */
export interface ListenerPlan {
  readonly scheme: Scheme
  readonly addresses: readonly string[]
  readonly port: number
  readonly blocks: readonly Block[]
  /** Of the Corefile, those of `blocks` in the same order. */
  readonly serverBlocks: readonly ServerBlock[]
  readonly tls: TlsDirective | undefined
  /** Packet threads asked for by `multisocket`; undefined: one per core. */
  readonly sockets: number | undefined
}

/** What the machine has. */
export interface Machine {
  /** The wildcard addresses that stand for all there are. */
  readonly wildcards: readonly string[]
  /** Addresses of an interface, as texts; empty when there is no such interface. */
  interfaceAddresses(name: string): readonly string[]
}

interface Claim {
  readonly scheme: Scheme
  readonly address: string
  readonly port: number
  readonly zones: Map<ServerBlock, string[]>
}

/** @throws Error when `bind` names an interface that has no address. */
export function planListeners(
  blocks: readonly ServerBlock[],
  machine: Machine,
  nameFeed: FeedNaming = feedBySource,
): ListenerPlan[] {
  const claims = new Map<string, Claim>()
  for (const block of blocks) {
    const addresses = boundAddresses(block, machine)
    for (const { scheme, zone, port } of block.keys) {
      for (const address of addresses) {
        const key = `${scheme} ${address} ${port}`
        const claim = claims.get(key) ?? { scheme, address, port, zones: new Map() }
        claims.set(key, claim)
        claim.zones.set(block, [...(claim.zones.get(block) ?? []), relative(zone)])
      }
    }
  }
  return merge([...claims.values()], blocks, nameFeed)
}

/** Addresses where the same blocks answer for the same zones become one listener. */
function merge(claims: readonly Claim[], blocks: readonly ServerBlock[], nameFeed: FeedNaming): ListenerPlan[] {
  const plans = new Map<string, Claim[]>()
  for (const claim of claims) {
    const answers = [...claim.zones].map(([block, zones]) => `${blocks.indexOf(block)}=${zones.join()}`)
    const key = `${claim.scheme} ${claim.port} ${answers.join(' ')}`
    plans.set(key, [...(plans.get(key) ?? []), claim])
  }
  const feeds = new Map(feedsOf(blocks, nameFeed).map((feed) => [feed.feed, feed]))
  return [...plans.values()].map((group) => {
    const { scheme, port, zones } = group[0] as Claim
    const served = [...zones.keys()]
    return {
      scheme,
      port,
      addresses: group.map(({ address }) => address),
      blocks: [...zones].map(([block, names]) => answerBlock(block, names, nameFeed, feeds)),
      serverBlocks: served,
      tls: served.find(({ tls }) => tls !== undefined)?.tls,
      sockets: served.find(({ multisocket }) => multisocket?.sockets !== undefined)?.multisocket?.sockets,
    }
  })
}

function answerBlock(
  block: ServerBlock,
  zones: readonly string[],
  nameFeed: FeedNaming,
  feeds: ReadonlyMap<string, FeedStanzas>,
): Block {
  const { kubernetes, loadbalance, log, errors, nsid, prometheus, whoami } = block
  return {
    zones,
    kubernetes: kubernetes && {
      zones: kubernetes.zones.map(relative),
      ordinal: ordinalOf(kubernetes, feeds.get(nameFeed(block)) ?? { stanzas: [] }),
      feed: nameFeed(block),
      fallthrough: (kubernetes.fallthrough ?? []).map(relative),
      wildcards: wildcardsOf(kubernetes),
    },
    rotate: loadbalance?.policy !== 'off',
    whoami: whoami !== undefined,
    nsid: nsid && (nsid.data ?? ''),
    log: log.map(({ zones: logged, format, classes }) => ({ zones: logged.map(relative), format, classes })),
    errors: errors && { stacktrace: errors.stacktrace, consolidate: errors.consolidate },
    counted: prometheus !== undefined,
  }
}

function wildcardsOf({
  wildcards,
  search,
  wildcardLimit,
  wildcardClients,
}: KubernetesStanza): WildcardsPlugin | undefined {
  if (wildcards === 'off') return undefined
  const clients = wildcardClients.map(parsePrefix).filter((prefix) => prefix !== undefined)
  return { scope: wildcards, search, limit: wildcardLimit, clients }
}

function boundAddresses({ bind }: ServerBlock, machine: Machine): readonly string[] {
  if (bind.length === 0) return machine.wildcards
  const spelled = (target: BindTarget): readonly string[] => {
    if (target.kind === 'address') return [target.address]
    const addresses = machine.interfaceAddresses(target.name)
    if (addresses.length === 0) throw new Error(`bind ${target.name}: no such interface, or it has no address`)
    return addresses
  }
  const addresses = new Set<string>()
  for (const { targets, except } of bind) {
    const left = new Set(except.flatMap(spelled))
    for (const address of targets.flatMap(spelled)) if (!left.has(address)) addresses.add(address)
  }
  return [...addresses]
}

/** A zone without its root dot. */
function relative(zone: string): string {
  return zone.endsWith('.') ? zone.slice(0, -1) : zone
}
