/**
 * Asks a responder over and over until its answer is right, in a thread of its own that blocks in the C library: an event
 * loop would look at a clock of whole milliseconds, and take the processor from those who bring the change.
 */
import { Worker } from 'node:worker_threads'
import { encode } from 'dns-packet'

/** To the thread: what is to be asked for next. */
export interface Asking {
  readonly query: Uint8Array
  /** The last octets of the right answer. */
  readonly rdata: Uint8Array
}

export interface AskerSetup {
  readonly port: number
  /** A number: how many `Asking` were posted. */
  readonly state: SharedArrayBuffer
}

const failAfterMs = 60_000

export class Asker {
  readonly #worker: Worker
  readonly #state: Int32Array
  readonly #waiting: { arrived(ns: bigint): void; failed(error: unknown): void }[] = []

  constructor(port: number) {
    const state = new SharedArrayBuffer(4)
    this.#state = new Int32Array(state)
    const workerData: AskerSetup = { port, state }
    this.#worker = new Worker(new URL('./asker-thread.ts', import.meta.url), { workerData })
    this.#worker.on('message', (ns: bigint) => this.#waiting.shift()?.arrived(ns))
    this.#worker.on('error', (error) => {
      for (const one of this.#waiting.splice(0)) one.failed(error)
    })
  }

  /** Resolves with the time of the first right answer, of `process.hrtime`. Changes arrive in order: it asks for one after the other. */
  until(name: string, address: string): Promise<bigint> {
    const query = encode({ id: 1, flags: 0x100, type: 'query', questions: [{ type: 'A', name }] })
    const asking: Asking = { query, rdata: Uint8Array.from(address.split('.').map(Number)) }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} does not arrive`)), failAfterMs)
      this.#waiting.push({
        arrived: (ns) => {
          clearTimeout(timer)
          resolve(ns)
        },
        failed: reject,
      })
      this.#worker.postMessage(asking)
      Atomics.add(this.#state, 0, 1)
      Atomics.notify(this.#state, 0)
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
