/** Octets that grow at the end, little-endian. For building images; never on the way of a packet. */
export class OctetBuilder {
  #octets: Uint8Array<ArrayBuffer>
  #view: DataView
  #end = 0

  constructor(capacity = 1024) {
    this.#octets = new Uint8Array(capacity)
    this.#view = new DataView(this.#octets.buffer)
  }

  /** Octets written so far: the offset of what is written next. */
  get end(): number {
    return this.#end
  }

  /** Valid until the next write. */
  get view(): DataView {
    return this.#view
  }

  u8(value: number): void {
    this.#reserve(1)
    this.#view.setUint8(this.#end, value)
    this.#end += 1
  }

  u16(value: number): void {
    this.#reserve(2)
    this.#view.setUint16(this.#end, value, true)
    this.#end += 2
  }

  u32(value: number): void {
    this.#reserve(4)
    this.#view.setUint32(this.#end, value, true)
    this.#end += 4
  }

  octets(value: Uint8Array): void {
    const { length } = value
    this.#reserve(length)
    // A call of `set` costs more than a loop up to some 60 octets, and nearly all are addresses.
    if (length > 60) this.#octets.set(value, this.#end)
    else for (let at = 0, to = this.#end; at < length; at++, to++) this.#octets[to] = value[at] as number
    this.#end += length
  }

  /** ASCII text, without anything before or after it. */
  text(value: string, start: number, end: number): void {
    this.#reserve(end - start)
    const octets = this.#octets
    let to = this.#end
    for (let at = start; at < end; at++, to++) octets[to] = value.charCodeAt(at)
    this.#end = to
  }

  /** Zeros up to a multiple of 4. */
  align(): void {
    while (this.#end % 4 !== 0) this.u8(0)
  }

  /** What was written. Valid until the next write. */
  finish(): Uint8Array {
    return this.#octets.subarray(0, this.#end)
  }

  #reserve(more: number): void {
    const need = this.#end + more
    if (need <= this.#octets.length) return
    // What was there is gone at once, and not when it is collected some time.
    this.#octets = new Uint8Array(this.#octets.buffer.transfer(Math.max(need, this.#octets.length * 2)))
    this.#view = new DataView(this.#octets.buffer)
  }
}
