import { MESSAGE_OCTETS_MAX } from '@zonecast/dns'
import { PREFIX_OCTETS } from './framing.ts'

const BATCH_OCTETS = 65_536

/**
 * Gathers responses so that they leave in one write (and one TLS record). One batch serves all connections of a
 * listener, since a batch is filled and taken within one turn of the event loop.
 */
export class ResponseBatch {
  readonly #octets = new Uint8Array(BATCH_OCTETS + PREFIX_OCTETS + MESSAGE_OCTETS_MAX)
  #end = 0

  get isEmpty(): boolean {
    return this.#end === 0
  }

  /** Take it before adding more. */
  get isFull(): boolean {
    return this.#end >= BATCH_OCTETS
  }

  /** Copies a message of at most 65,535 octets. */
  add(message: Uint8Array): void {
    const at = this.#end
    this.#octets[at] = message.length >> 8
    this.#octets[at + 1] = message.length
    this.#octets.set(message, at + PREFIX_OCTETS)
    this.#end = at + PREFIX_OCTETS + message.length
  }

  /** All that was added, in memory of its own; the batch is empty again. */
  take(): Uint8Array {
    const taken = this.#octets.slice(0, this.#end)
    this.#end = 0
    return taken
  }
}
