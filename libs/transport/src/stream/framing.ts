/**
 * Messages out of a stream of octets: each comes after its length in two octets (RFC 1035 4.2.2, RFC 7766 8).
 *
 *   +--+--+-----------------+--+--+-----------------
 *   | len |     message     | len |     mess…        reads end anywhere, even between the two octets of a length
 *   +--+--+-----------------+--+--+-----------------
 *
 * A message that lies whole in what was read is handed out in place. Only one that a read has cut is copied, into
 * memory that grows with the octets that came, never with the length that was claimed.
 */

export const PREFIX_OCTETS = 2
const FIRST_HELD_OCTETS = 512
const NOTHING = new Uint8Array(0)

export class MessageReader {
  #read: Uint8Array = NOTHING
  #at = 0
  /** The beginning of a message that was cut, its length included; `#heldEnd` octets. */
  #held: Uint8Array = NOTHING
  #heldEnd = 0

  /** A message has begun and is not complete. True only once `next` has returned undefined. */
  get isMidMessage(): boolean {
    return this.#heldEnd > 0
  }

  /** Adds what was read. The octets are not copied unless a message is cut: the caller gives them away. */
  push(octets: Uint8Array): void {
    const left = this.#read.length - this.#at
    if (left > 0) {
      const joined = new Uint8Array(left + octets.length)
      joined.set(this.#read.subarray(this.#at))
      joined.set(octets, left)
      this.#read = joined
    } else {
      this.#read = octets
    }
    this.#at = 0
  }

  /** The next whole message, or undefined until more is pushed. It stays valid as long as the caller keeps it. */
  next(): Uint8Array | undefined {
    if (this.#heldEnd > 0) return this.#completeHeld()
    const octets = this.#read
    const at = this.#at
    const left = octets.length - at
    if (left >= PREFIX_OCTETS) {
      const end = at + PREFIX_OCTETS + lengthAt(octets, at)
      if (end <= octets.length) {
        this.#at = end
        const start = at + PREFIX_OCTETS
        return new Uint8Array(octets.buffer, octets.byteOffset + start, end - start)
      }
    }
    this.#hold(left)
    return undefined
  }

  /** Forgets everything that was pushed. */
  clear(): void {
    this.#read = NOTHING
    this.#at = 0
    this.#held = NOTHING
    this.#heldEnd = 0
  }

  #completeHeld(): Uint8Array | undefined {
    if (this.#heldEnd < PREFIX_OCTETS) this.#hold(PREFIX_OCTETS - this.#heldEnd)
    if (this.#heldEnd < PREFIX_OCTETS) return undefined
    const end = PREFIX_OCTETS + lengthAt(this.#held, 0)
    this.#hold(end - this.#heldEnd)
    if (this.#heldEnd < end) return undefined
    const message = this.#held.slice(PREFIX_OCTETS, end)
    this.#held = NOTHING
    this.#heldEnd = 0
    return message
  }

  /** Moves up to `wanted` octets from what was read to what is held. */
  #hold(wanted: number): void {
    const count = Math.min(wanted, this.#read.length - this.#at)
    const end = this.#heldEnd + count
    if (end > this.#held.length) {
      const larger = new Uint8Array(Math.max(FIRST_HELD_OCTETS, end, this.#held.length * 2))
      larger.set(this.#held.subarray(0, this.#heldEnd))
      this.#held = larger
    }
    this.#held.set(this.#read.subarray(this.#at, this.#at + count), this.#heldEnd)
    this.#heldEnd = end
    this.#at += count
    if (this.#at === this.#read.length) {
      this.#read = NOTHING
      this.#at = 0
    }
  }
}

function lengthAt(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)
}
