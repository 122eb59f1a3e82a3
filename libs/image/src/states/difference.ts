/** What leads from one content to another: for a publisher that goes on where another left off. */
import type { ImageContent } from '../content.ts'

type Entries = Pick<ImageContent, 'namespaces' | 'services' | 'pods' | 'rrsets'>

/** A delta, and what it takes the place of. */
export interface Difference extends ImageContent {
  readonly replaced: Entries
}

/**
 * A delta that makes images of `before` answer as `after` does; undefined when they do already.
 * @param before a base, as read back from images
 * @param after  a base, as read back from an image, so that both list everything in the same order
 */
export function differenceOf(before: ImageContent, after: ImageContent): Difference | undefined {
  const namespaces = changed(
    before.namespaces,
    after.namespaces,
    ({ name }) => name,
    ({ name }) => ({ name, stanzas: 0 }),
  )
  const services = changed(
    before.services,
    after.services,
    ({ namespace, service }) => `${namespace}/${service}`,
    (record) => ({
      ...record,
      stanzas: 0,
      kind: 'reverse' as const,
      aliasOf: '',
      addresses: [],
      externalAddresses: [],
      ports: [],
      portSets: [],
      endpoints: [],
    }),
  )
  const pods = changed(
    before.pods,
    after.pods,
    ({ namespace, address }) => `${namespace}/${address.join()}`,
    (record) => ({ ...record, stanzas: 0 }),
  )
  const rrsets = changed(
    before.rrsets,
    after.rrsets,
    ({ owner }) => owner,
    ({ owner }) => ({ owner, stanzas: 0, type: 0, ttlSec: 0, rdata: [] }),
  )
  const all = { namespaces, services, pods, rrsets }
  if (Object.values(all).every(({ entries }) => entries.length === 0)) return undefined
  const [delta, replaced] = [entriesOf(all, 'entries'), entriesOf(all, 'replaced')]
  return { ...after, kind: 'delta', ...delta, replaced }
}

type Changed = { readonly [Part in keyof Entries]: Record<'entries' | 'replaced', Entries[Part]> }

function entriesOf({ namespaces, services, pods, rrsets }: Changed, side: 'entries' | 'replaced'): Entries {
  return { namespaces: namespaces[side], services: services[side], pods: pods[side], rrsets: rrsets[side] }
}

/** The entries of every key whose entries differ, and those before; a tombstone for one that has none any more. */
function changed<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (entry: T) => string,
  tombstone: (entry: T) => T,
): Record<'entries' | 'replaced', T[]> {
  const had = byKey(before, keyOf)
  const has = byKey(after, keyOf)
  const entries: T[] = []
  const replaced: T[] = []
  for (const [key, now] of has) {
    const then = had.get(key) ?? []
    if (areEqual(then, now)) continue
    entries.push(...now)
    replaced.push(...then)
  }
  for (const [key, then] of had) {
    const [first] = then
    if (has.has(key) || first === undefined) continue
    entries.push(tombstone(first))
    replaced.push(...then)
  }
  return { entries, replaced }
}

function byKey<T>(entries: readonly T[], keyOf: (entry: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const entry of entries) {
    const group = groups.get(keyOf(entry))
    if (group === undefined) groups.set(keyOf(entry), [entry])
    else group.push(entry)
  }
  return groups
}

/** In whatever order they come. */
function areEqual(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one) => others.some((other) => isEqual(one, other)))
}

/** Of what entries are made of: texts, numbers, octets, lists and objects with the same members. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (one instanceof Uint8Array || Array.isArray(one)) {
    const list = other as ArrayLike<unknown>
    if (one.length !== list.length) return false
    for (let at = 0; at < one.length; at++) if (!isEqual(one[at], list[at])) return false
    return true
  }
  for (const name in one) if (!isEqual(one[name as never], other[name as never])) return false
  return true
}
