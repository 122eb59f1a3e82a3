/** What the runtime gives to answering, as functions: the clock, the log, the addresses. */
import type { LogLevel } from './block.ts'
import type { Identity } from './plugins/chaos.ts'

export interface Surroundings {
  readonly identity: Identity
  /** Where each feed stands, `NAME EPOCH-N`; ASCII. */
  positions(): readonly string[]
  /** The responder's own addresses, 4 or 16 octets each, for NS records: those it listens at, no link-local ones. */
  ownAddresses(): readonly Uint8Array[]
  /** A line of the `log` or `errors` plugin. */
  writeLine(level: LogLevel, line: string): void
  /** Milliseconds of a clock that only goes forward. */
  now(): number
  /** Calls back once, after so many milliseconds. */
  later(delayMs: number, callback: () => void): void
}
