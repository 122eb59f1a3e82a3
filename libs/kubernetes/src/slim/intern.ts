/**
 * One copy of what occurs again and again (namespaces, port lists, zones, label values), so that 100,000 objects that
 * say the same do not hold it 100,000 times. It forgets nothing but takes a bounded number of entries: what comes after
 * is handed back as it is, which costs memory, never correctness.
 */

const ENTRIES_MAX = 16_384
const KEY_CHARACTERS_MAX = 256

export class Interner<Value> {
  readonly #values = new Map<string, Value>()

  /** The value first given for `key`; values of equal keys must be interchangeable. */
  intern(key: string, value: Value): Value {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    if (this.#values.size < ENTRIES_MAX && key.length <= KEY_CHARACTERS_MAX) this.#values.set(key, value)
    return value
  }
}
