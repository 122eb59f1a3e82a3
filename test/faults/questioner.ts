/** Asks a responder all the while, whatever else happens, and keeps what it should not have answered. */
import { setTimeout as sleep } from 'node:timers/promises'
import { answerText, DnsClient } from './dns-client.ts'
import { keyOf, type Question, type Truth } from './truth.ts'

/** Longer than any answer takes, however busy the machine. */
const SILENCE_MS = 5000
const PAUSE_MS = 2
const SOA_EVERY = 16

export class Questioner {
  /** Never true, SERVFAIL, no answer at all, a serial that went back. */
  readonly wrong: string[] = []
  asked = 0
  slowestMs = 0
  readonly #name: string
  readonly #truth: Truth
  readonly #client: DnsClient
  readonly #ended: Promise<void>
  readonly #random: () => number
  readonly #serials = new Map<string, number>()
  #isOpen = true
  /** Counts the pauses: an answer from before one does not count after it. */
  #pauses = 0
  #isPaused = true

  private constructor(name: string, client: DnsClient, truth: Truth, random: () => number) {
    this.#name = name
    this.#client = client
    this.#truth = truth
    this.#random = random
    this.#ended = this.#run()
  }

  /** Paused. @param random 0 to below 1 */
  static async open(name: string, port: number, truth: Truth, random: () => number): Promise<Questioner> {
    return new Questioner(name, await DnsClient.open(port), truth, random)
  }

  /** The responder is about to be stopped. */
  pause(): void {
    this.#pauses++
    this.#isPaused = true
  }

  /** It is there; a new process may begin with older serials, from its cache file. */
  resume(isNewProcess: boolean): void {
    if (isNewProcess) this.#serials.clear()
    this.#isPaused = false
  }

  async close(): Promise<void> {
    this.#isOpen = false
    await this.#ended
    this.#client.close()
  }

  async #run(): Promise<void> {
    for (let count = 0; this.#isOpen; count++) {
      await sleep(PAUSE_MS)
      const { questions } = this.#truth
      if (this.#isPaused || questions.length === 0) continue
      if (count % SOA_EVERY === 0)
        await this.#askSerial(count % (2 * SOA_EVERY) === 0 ? 'cluster.local.' : 'in-addr.arpa.')
      else await this.#ask(questions[Math.floor(this.#random() * questions.length)] as Question)
    }
  }

  async #ask(question: Question): Promise<void> {
    const reply = await this.#reply(question)
    if (reply === undefined) return
    const answer = answerText(reply, question.type)
    if (!this.#truth.wasTrue(question, answer)) this.#complain(`${keyOf(question)}: "${answer}" was never true`)
  }

  async #askSerial(zone: string): Promise<void> {
    const reply = await this.#reply({ name: zone, type: 'SOA' })
    if (reply === undefined) return
    const serial = Number(answerText(reply, 'SOA').split(' ')[2])
    const before = this.#serials.get(zone) ?? 0
    // Far from where RFC 1982 wraps.
    if (!(serial >= before)) this.#complain(`${zone}: serial ${serial} after ${before}`)
    this.#serials.set(zone, serial)
  }

  async #reply(question: { readonly name: string; readonly type: string }) {
    const pauses = this.#pauses
    const sentMs = performance.now()
    const reply = await this.#client.ask(question.name, question.type, SILENCE_MS)
    if (pauses !== this.#pauses) return undefined
    this.asked++
    this.slowestMs = Math.max(this.slowestMs, performance.now() - sentMs)
    if (reply === undefined) this.#complain(`${keyOf(question)}: no answer`)
    if (reply?.rcode === 'SERVFAIL') this.#complain(`${keyOf(question)}: SERVFAIL`)
    return reply?.rcode === 'SERVFAIL' ? undefined : reply
  }

  #complain(text: string): void {
    this.wrong.push(`${this.#name}: ${text}`)
  }
}
