/** What leads from one content to another: for a publisher that goes on where another left off. */
import type { ImageContent } from './content.ts'

/**
 * A delta that makes images of `before` answer as `after` does; undefined when they do already.
 * @param before a base, as read back from images
 * @param after  a base, as read back from an image, so that both list everything in the same order
 */
export function differenceOf(before: ImageContent, after: ImageContent): ImageContent | undefined {
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
  if (namespaces.length + services.length + pods.length + rrsets.length === 0) return undefined
  return { ...after, kind: 'delta', namespaces, services, pods, rrsets }
}

/** The entries of every key whose entries differ; a tombstone for one that has none any more. */
function changed<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (entry: T) => string,
  tombstone: (entry: T) => T,
): T[] {
  const had = byKey(before, keyOf)
  const has = byKey(after, keyOf)
  const entries: T[] = []
  for (const [key, now] of has) if (!areEqual(had.get(key) ?? [], now)) entries.push(...now)
  for (const [key, [first]] of had) if (!has.has(key) && first !== undefined) entries.push(tombstone(first))
  return entries
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
