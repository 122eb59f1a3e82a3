/**
 * What a source remembers of the objects that it told: of each a number, not the object. Whoever compiles keeps what it
 * needs of them; to see which differ when all are listed again, 53 bits each are enough.
 */

import type { SlimObject } from '../objects.ts'

const NAMESPACES_EMPTY: ReadonlyMap<string, number> = new Map()

/** By namespace and name. */
export class Fingerprints {
  readonly #namespaces = new Map<string, Map<string, number>>()

  get(namespace: string, name: string): number | undefined {
    return this.#namespaces.get(namespace)?.get(name)
  }

  set(namespace: string, name: string, fingerprint: number): void {
    const names = this.#namespaces.get(namespace)
    if (names !== undefined) names.set(name, fingerprint)
    else this.#namespaces.set(namespace, new Map([[name, fingerprint]]))
  }

  delete(namespace: string, name: string): boolean {
    const names = this.#namespaces.get(namespace)
    const isDeleted = names?.delete(name) ?? false
    if (names?.size === 0) this.#namespaces.delete(namespace)
    return isDeleted
  }

  /** Those that `others` has not: namespace and name. */
  *missingIn(others: Fingerprints): Generator<readonly [string, string]> {
    for (const [namespace, names] of this.#namespaces) {
      const theirs = others.#namespaces.get(namespace) ?? NAMESPACES_EMPTY
      for (const name of names.keys()) if (!theirs.has(name)) yield [namespace, name]
    }
  }
}

/**
 * Equal for objects that are deep-equal and were made by one Slimmer. Two that differ have the same one in 2^53 cases; a
 * change that is missed so is told with the next one of that object.
 */
export function fingerprintOf(object: SlimObject): number {
  const text = JSON.stringify(object)
  // FNV-1a twice, with a prime of its own for each half.
  let low = 0x811c9dc5
  let high = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code, 0x85ebca6b)
  }
  low = Math.imul(low ^ (high >>> 15), 0xc2b2ae35)
  high = Math.imul(high ^ (low >>> 13), 0x9e3779b1)
  return ((high ^ (high >>> 16)) & 0x1f_ffff) * 2 ** 32 + ((low ^ (low >>> 16)) >>> 0)
}
