/**
 * Every name that exists in a zone: what `dump` prints, transfers send and `explain` knows. Left out are the apex and
 * `ns.dns.Z`, whose records the responder makes, and whatever is read from the question itself: pods when they are not
 * verified, other spellings of addresses, ports without underscores.
 */
import { formatAddress, TYPE } from '@zonecast/dns'
import type { ServiceRecord } from '../content.ts'
import type { Image } from '../image.ts'
import { RECORD } from '../layout.ts'
import { isReverseZone } from '../stanza-shape.ts'
import { newestOf } from '../states/merge.ts'
import { ContentReader, serviceOffsets } from '../states/read.ts'
import { applyTemplate, NAMESPACE_SYMBOL } from '../template.ts'
import { type ImageStack, isSuperseded, UNBOUNDED } from './find.ts'
import type { ListedName } from './listed-name.ts'
import { listReverseNames } from './reverse-names.ts'

const NONE: readonly number[] = []
const ADDRESSES: readonly number[] = [TYPE.A, TYPE.AAAA]
const SERVICE: readonly number[] = [TYPE.A, TYPE.AAAA, TYPE.SRV]
const TYPES = { cluster: SERVICE, headless: SERVICE, external: [TYPE.CNAME], inner: NONE } as const

/**
 * What goes before what where several things have one name, as in `lookup`. Lower goes first; inner nodes go last. top: an
 * owner of one label.
 */
const RANK = { top: 0, fixed: 1, own: 2, later: 5, owner: 8, inner: 9 } as const

interface Candidate extends ListedName {
  readonly rank: number
}

/**
 * Lists each name once. The order depends on the names alone, not on how the images share them.
 * @param stanza index of the stanza that has the zone
 * @throws ImageError malformed, RangeError
 */
export function* listNames(images: ImageStack, stanza: number, zone: string): Generator<ListedName> {
  if (isReverseZone(zone)) {
    yield* listReverseNames(images, stanza, zone)
    return
  }
  const labelsMost = 253 - (zone === '' ? 0 : zone.length + 1)
  const names = new Map<string, Candidate>()
  for (const candidate of candidates(images, stanza)) {
    const { labels, rank } = candidate
    if (labels.length > labelsMost || labels === '' || labels === NAMESERVER) continue
    const known = names.get(labels)
    if (known === undefined || rank < known.rank) names.set(labels, candidate)
  }
  yield* names.values()
}

/** Its records are the responder's. */
const NAMESERVER = 'ns.dns'

/** Everything that has a name, in an order that depends on the names alone. */
function* candidates(images: ImageStack, stanza: number): Generator<Candidate> {
  const { names: templates = [], namespace = '', pods: mode = 'disabled' } = images[0]?.stanzas[stanza] ?? {}
  for (const labels of new Set(templates.flatMap(fixedNodes))) yield inner(labels)
  for (const labels of ['pod', 'dns']) yield { labels, types: NONE, rank: RANK.fixed }
  const readers = images.map((image) => new ContentReader(image))
  const namespaces = newestOf(
    readers.map((reader) => reader.namespaces()),
    ({ name }) => name,
  ).filter(({ stanzas }) => has(stanzas, stanza))
  const names = namespaces.map(({ name }) => name).sort()
  for (const name of names) {
    for (const template of templates) yield* namespaceNodes(template, name)
    if (mode !== 'disabled') yield { labels: `${name}.pod`, types: NONE, rank: RANK.fixed }
  }
  if (mode === 'verified') yield* listPods(readers, stanza, new Set(names))
  for (const { layer, record } of visibleServices(images, stanza)) {
    const service = (readers[layer] as ContentReader).service(record)
    for (const template of templates) yield* listService(service, applyTemplate({ namespace }, template, service))
  }
  yield* listOwners(images, stanza)
}

function inner(labels: string): Candidate {
  return { labels, types: NONE, rank: RANK.inner }
}

/** The nodes above names of services that do not hang on a namespace. */
function fixedNodes(template: string): string[] {
  const labels = template.split('.').slice(1)
  return labels.slice(labels.indexOf(NAMESPACE_SYMBOL) + 1).map((_, at, after) => after.slice(at).join('.'))
}

/** The nodes above names of services that exist because the namespace does. */
function* namespaceNodes(template: string, namespace: string): Generator<Candidate> {
  const labels = template.split('.').slice(1)
  const last = labels.indexOf(NAMESPACE_SYMBOL)
  for (let at = 0; at <= last; at++) yield inner(labels.slice(at).join('.').replace(NAMESPACE_SYMBOL, namespace))
}

/** Pods under one spelling of their addresses, which begins and ends with a digit as host names do. */
function* listPods(
  readers: readonly ContentReader[],
  stanza: number,
  namespaces: ReadonlySet<string>,
): Generator<Candidate> {
  const pods = newestOf(
    readers.map((reader) => reader.pods()),
    ({ namespace, address }) => `${namespace}/${address.join()}`,
  )
  const labels = pods
    .filter(({ namespace, stanzas }) => has(stanzas, stanza) && namespaces.has(namespace))
    .map(({ namespace, address }) => {
      const dashed = formatAddress(address).replaceAll(/[.:]/g, '-')
      return `${dashed.replace(/^-/, '0-').replace(/-$/, '-0')}.${namespace}.pod`
    })
  for (const pod of labels.sort()) yield { labels: pod, types: ADDRESSES, rank: RANK.fixed }
}

function* listService(
  { service, aliasOf, kind, ports, portSets, endpoints }: ServiceRecord,
  name: string | undefined,
): Generator<Candidate> {
  if (kind === 'reverse' || name === undefined) return
  if (kind === 'inner') {
    yield inner(name)
    return
  }
  const rank = aliasOf !== '' || service.includes('.') ? RANK.later : RANK.own
  yield { labels: name, types: TYPES[kind], rank }
  // Nothing lies below a wildcard.
  if (kind === 'external' || service.startsWith('*')) return
  const hosts = new Set(endpoints.map((endpoint) => endpoint.name))
  for (const host of [...hosts].sort()) yield { labels: `${host}.${name}`, types: SERVICE, rank: rank + 1 }
  const named = (kind === 'cluster' ? ports : [...ports, ...portSets.flat()]).filter((port) => port.name !== '')
  for (const protocol of [...new Set(named.map((port) => port.protocol))].sort()) {
    yield inner(`_${protocol}.${name}`)
    const those = new Set(named.filter((port) => port.protocol === protocol).map((port) => port.name))
    for (const port of [...those].sort()) {
      yield { labels: `_${port}._${protocol}.${name}`, types: SERVICE, rank: rank + 2 }
    }
  }
}

interface VisibleService {
  readonly key: string
  readonly layer: number
  readonly record: number
}

/** The records that count for the stanza, sorted by namespace and name. */
function visibleServices(images: ImageStack, stanza: number): VisibleService[] {
  const visible: VisibleService[] = []
  for (const [layer, image] of images.entries()) {
    for (const record of serviceOffsets(image)) {
      if (!has(image.view.getUint32(record + RECORD.stanzas, true), stanza)) continue
      if (isSuperseded(images, layer, record, UNBOUNDED)) continue
      visible.push({ key: keyOf(image, record), layer, record })
    }
  }
  return visible.sort((a, b) => (a.key < b.key ? -1 : 1))
}

function keyOf(image: Image, record: number): string {
  const namespace = image.fragmentText(image.view.getUint32(record + RECORD.namespace, true))
  return `${namespace}/${image.fragmentText(image.view.getUint32(record + RECORD.service, true))}`
}

/** Names of RRsets that are no services, by name. Those of one label go before everything. */
function listOwners(images: ImageStack, stanza: number): Candidate[] {
  const rrsets = newestOf(
    images.map((image) => new ContentReader(image).rrsets()),
    ({ owner }) => owner,
  ).filter(({ stanzas }) => has(stanzas, stanza))
  const owners = new Map<string, Candidate>()
  for (const { owner, type, rdata } of rrsets.sort((a, b) => (a.owner < b.owner ? -1 : 1))) {
    const types = owners.get(owner)?.types ?? NONE
    const isNew = rdata.length > 0 && !types.includes(type)
    const rank = owner.includes('.') ? RANK.owner : RANK.top
    owners.set(owner, { labels: owner, types: isNew ? [...types, type].sort((a, b) => a - b) : types, rank })
  }
  return [...owners.values()]
}

function has(stanzas: number, stanza: number): boolean {
  return ((stanzas >>> stanza) & 1) === 1
}
