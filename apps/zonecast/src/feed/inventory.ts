/** What there is at a point of a feed's history, so that a change can be told as what is new, other or gone. */
import type { ImageContent } from '@zonecast/image'

/** Names are told up to so many. */
const NAMES_MAX = 3

interface Thing {
  readonly key: string
  /** False: it is gone for all stanzas. */
  readonly exists: boolean
}

export class Inventory {
  readonly #services = new Set<string>()
  readonly #namespaces = new Set<string>()
  readonly #pods = new Set<string>()
  readonly #names = new Set<string>()

  /**
   * Takes a base or a delta in.
   * @returns `+1 ~2 -1 services, +1 namespace (shop)`
   */
  take({ services, namespaces, pods, rrsets }: ImageContent): string {
    const parts = [
      tell('service', this.#services, services, ({ namespace, service }) => `${namespace}/${service}`),
      tell('namespace', this.#namespaces, namespaces, ({ name }) => name),
      tell('pod', this.#pods, pods, ({ namespace, address }) => `${namespace}/${address.join()}`, 0),
      tell('other name', this.#names, rrsets, ({ owner }) => owner),
    ]
    return parts.filter((part) => part !== '').join(', ') || 'nothing'
  }
}

function tell<T extends { readonly stanzas: number }>(
  what: string,
  known: Set<string>,
  entries: readonly T[],
  keyOf: (entry: T) => string,
  namesMax: number = NAMES_MAX,
): string {
  const things = unique(entries, keyOf)
  const counts = { '+': 0, '~': 0, '-': 0 }
  for (const { key, exists } of things) {
    if (exists) counts[known.has(key) ? '~' : '+'] += 1
    else if (known.has(key)) counts['-'] += 1
    if (exists) known.add(key)
    else known.delete(key)
  }
  const signed = Object.entries(counts).filter(([, count]) => count > 0)
  if (signed.length === 0) return ''
  const all = signed.reduce((sum, [, count]) => sum + count, 0)
  const names = things.length <= namesMax ? ` (${things.map(({ key }) => key).join(', ')})` : ''
  return `${signed.map(([sign, count]) => `${sign}${count}`).join(' ')} ${what}${all === 1 ? '' : 's'}${names}`
}

/** Stanzas may see one thing differently; it exists when one does. */
function unique<T extends { readonly stanzas: number }>(entries: readonly T[], keyOf: (entry: T) => string): Thing[] {
  const things = new Map<string, boolean>()
  for (const entry of entries) {
    const key = keyOf(entry)
    things.set(key, entry.stanzas !== 0 || things.get(key) === true)
  }
  return [...things].map(([key, exists]) => ({ key, exists })).sort((a, b) => (a.key < b.key ? -1 : 1))
}
