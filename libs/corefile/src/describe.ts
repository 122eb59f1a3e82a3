/** What a configuration will do, in plain lines for a person: where it listens, what it answers, what it does not. Warnings are apart. */

import { specifiedName } from './arguments/name-template.ts'
import type { BindTarget, Configuration, FeedDirective, KubernetesStanza, ServerBlock } from './config.ts'
import { showPosition } from './errors.ts'
import { feedId } from './feeds.ts'
import { sourceName } from './object-source.ts'
import { showDurationMs } from './values/duration.ts'
import { showHostPort } from './values/host-port.ts'
import { showLogFormat } from './values/log-format.ts'

export function describe(configuration: Configuration): string[] {
  const { file, files, blocks } = configuration
  return [
    `${file}: ${count(blocks.length, 'server block')}${files.length > 1 ? `, with ${files.slice(1).join(', ')}` : ''}`,
    ...blocks.flatMap(describeBlock),
  ]
}

function describeBlock(block: ServerBlock): string[] {
  const { bind, multisocket, prometheus, ready, health, errors, log, loadbalance, kubernetes, feed, nsid, whoami } =
    block
  const lines = [...describeListeners(block)]
  if (bind.length > 0) lines.push(`addresses: ${bind.map(describeBind).join('; ')}`)
  if (multisocket !== undefined) {
    lines.push(`UDP sockets for each address: ${multisocket.sockets ?? 'one for each core'}`)
  }
  if (kubernetes !== undefined) lines.push(...describeStanza(kubernetes))
  if (feed !== undefined && kubernetes !== undefined) lines.push(...describeFeed(feed))
  if (whoami !== undefined)
    lines.push(`whoami: ${kubernetes === undefined ? 'everything' : 'what falls through'} gets the client's address`)
  lines.push(loadbalance?.policy === 'off' ? 'addresses keep their order' : 'addresses rotate')
  for (const { zones, format, classes } of log) {
    lines.push(`logs questions in ${zones.join(' ')} with ${classes.join(', ')} answers: ${showLogFormat(format)}`)
  }
  if (errors !== undefined)
    lines.push(
      `logs errors${errors.consolidate.map((rule) => `, ${rule.pattern} every ${showDurationMs(rule.periodMs)}`).join('')}`,
    )
  if (nsid !== undefined)
    lines.push(`tells who asks for NSID: ${nsid.data ?? "the host's name"} and the position of each feed`)
  if (prometheus !== undefined) lines.push(`metrics: http ${showHostPort(prometheus.address)}/metrics`)
  if (ready !== undefined) lines.push(`readiness: http ${showHostPort(ready.address)}/ready, ${ready.monitor}`)
  if (health !== undefined) {
    const lameduck = health.lameduckMs > 0 ? `, goes on for ${showDurationMs(health.lameduckMs)} after SIGTERM` : ''
    lines.push(`health: http ${showHostPort(health.address)}/health${lameduck}`)
  }
  lines.push(...notServed(block).map((line) => `not served: ${line}`))
  return [`server block at ${showPosition(block.position)}`, ...lines.map((line) => `  ${line}`)]
}

/** One line for each scheme and port, with the zones there. */
function describeListeners({ keys, tls }: ServerBlock): string[] {
  const listeners = Map.groupBy(keys, ({ scheme, port }) => `${scheme} ${port}`)
  return [...listeners.values()].map((group) => {
    const [first] = group
    const how = {
      dns: 'UDP and TCP',
      tls: `TLS with ${tls?.cert}`,
      https: tls === undefined ? 'plain HTTP, for a proxy that ends TLS' : `HTTPS with ${tls.cert}`,
    }
    const port =
      first === undefined ? '' : `${how[first.scheme]}, port ${first.port === 0 ? 'that is free' : first.port}`
    return `${port}: ${several(group.map((key) => key.zone))}`
  })
}

function describeBind({ targets, except }: ServerBlock['bind'][number]): string {
  const left = except.length === 0 ? '' : ` except ${except.map(showTarget).join(' ')}`
  return `${targets.map(showTarget).join(' ')}${left}`
}

function showTarget(target: BindTarget): string {
  return target.kind === 'address' ? target.address : `those of ${target.name}`
}

function describeStanza(stanza: KubernetesStanza): string[] {
  const { namespaces, namespaceLabels, labels, fallthrough } = stanza
  const { txt, dnssd } = stanza.namespaceRecords
  const which = namespaceLabels === undefined ? 'all namespaces' : `namespaces with ${namespaceLabels}`
  const options = [
    namespaces.length > 0 ? `namespaces ${namespaces.join(' ')}` : which,
    ...(labels === undefined ? [] : [`objects with ${labels}`]),
    `pods ${stanza.pods}`,
    `ttl ${stanza.ttlSec} s`,
    ...(stanza.endpointPodNames ? ['endpoints named for their pods'] : []),
    ...(stanza.names.join() === specifiedName
      ? []
      : [`names ${stanza.names.map((name) => `${name}.{zone}`).join(' and ')}`]),
    ...(txt === undefined ? [] : [`TXT records of namespaces with up to ${txt} services`]),
    ...(dnssd === undefined ? [] : [`DNS-SD records of namespaces with up to ${dnssd} types`]),
    ...(stanza.iporder.join() === 'internal' ? [] : [`${stanza.iporder.join(' before ')} addresses`]),
    ...(stanza.ignoreEmptyService ? ['services without endpoints do not exist'] : []),
    `waits ${showDurationMs(stanza.startupTimeoutMs)} for the objects at start`,
  ]
  const lines = [
    `kubernetes: ${several(stanza.forwardZones)} from ${sourceName(stanza.source)}`,
    `  ${options.join(', ')}`,
  ]
  if (stanza.reverseZones.length > 0) lines.push(`  PTR records in ${several(stanza.reverseZones)}`)
  if (stanza.wildcards !== 'off') lines.push(`  ${describeWildcards(stanza)}`)
  if (fallthrough !== undefined) {
    const where = fallthrough.includes('.') ? 'all zones' : several(fallthrough)
    lines.push(`  names that do not exist fall through in ${where}`)
  }
  return lines
}

function describeWildcards({ wildcards, search, wildcardLimit, wildcardClients }: KubernetesStanza): string {
  return [
    `wildcards in ${wildcards === 'zone' ? 'the whole zone' : 'one namespace at a time'}`,
    ...(search ? ['search for names that nothing has'] : []),
    `at most ${count(wildcardLimit, 'record')}`,
    ...(wildcardClients.length === 0 ? [] : [`for clients in ${wildcardClients.join(' ')}`]),
  ].join(', ')
}

function describeFeed(feed: FeedDirective): string[] {
  const { cache, batchMs, maxStaleness, history, eviction, format, admin } = feed
  const options = [
    `changes gathered for at most ${showDurationMs(batchMs)}`,
    `${history} bases kept`,
    ...(cache === undefined ? [] : [`cache ${cache}`]),
    ...(maxStaleness?.action === 'serve' ? [`stale after ${showDurationMs(maxStaleness.ageMs)}, which is logged`] : []),
    ...(maxStaleness?.action === 'servfail' ? [`SERVFAIL when older than ${showDurationMs(maxStaleness.ageMs)}`] : []),
    ...(eviction === 'warn' ? ['only a warning when Redis may evict'] : []),
    ...(format === 1 ? ['written in format 1'] : []),
    admin === undefined ? 'jobs are not shown' : `jobs shown at http ${showHostPort(admin)}`,
  ]
  return [`feed for sync and respond: ${feedId(feed)}`, `  ${options.join(', ')}`]
}

function notServed({ keys, kubernetes, whoami }: ServerBlock): string[] {
  const lines: string[] = []
  if (!keys.some((key) => key.zone === '.')) lines.push('names outside of these zones (REFUSED)')
  if (kubernetes === undefined && whoami === undefined) lines.push('anything: neither kubernetes nor whoami is there')
  if (kubernetes === undefined) return lines
  if (kubernetes.reverseZones.length === 0) lines.push('PTR records: no reverse zone is named')
  if (kubernetes.pods === 'disabled') lines.push('names of pods: pods disabled')
  if (!kubernetes.endpoints) lines.push('endpoints and headless services: noendpoints')
  if (kubernetes.fallthrough !== undefined && whoami === undefined) lines.push('what falls through: nothing follows')
  return lines
}

/** At most six of them by name. */
function several(zones: readonly string[]): string {
  const distinct = [...new Set(zones)]
  if (distinct.length <= 6) return distinct.join(' ')
  return `${distinct.slice(0, 5).join(' ')} and ${distinct.length - 5} more to ${distinct.at(-1)}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
