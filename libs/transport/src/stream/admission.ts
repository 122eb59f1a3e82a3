/** Counts connections, in all and per client address, and says which may come in. */
export class Admission {
  readonly #total: number
  readonly #perAddress: number
  readonly #held = new Map<string, number>()
  #count = 0

  constructor(total: number, perAddress: number) {
    this.#total = total
    this.#perAddress = perAddress
  }

  /** Whether one more connection from `address` may come in; if so it counts until `release`. */
  admit(address: string): boolean {
    const held = this.#held.get(address) ?? 0
    if (this.#count >= this.#total || held >= this.#perAddress) return false
    this.#held.set(address, held + 1)
    this.#count++
    return true
  }

  release(address: string): void {
    const held = this.#held.get(address) ?? 0
    if (held === 0) return
    if (held === 1) this.#held.delete(address)
    else this.#held.set(address, held - 1)
    this.#count--
  }
}
