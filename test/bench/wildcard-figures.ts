/** What a run finds out about questions with wildcards, as plain data. */

/** How many services, or endpoints of one, a question finds. */
export const hits = [0, 1, 10, 100] as const

export const kinds = [
  'service',
  'endpoint',
  'namespace',
  'prefix',
  'suffix',
  'substring',
  'substring in a namespace',
  '?',
  'search',
] as const
export type WildcardKind = (typeof kinds)[number]

/** Microseconds for a question: finding what it asks for, and the whole answer. */
export interface WildcardTimes {
  readonly kind: WildcardKind
  readonly count: number
  readonly finding: number
  readonly answering: number
}

/** What wildcard-process.ts prints. */
export interface WildcardMeasurement {
  readonly answers: readonly WildcardTimes[]
  /** Microseconds for the answer to a name that exists, without the option and with it. */
  readonly knownOff: number
  readonly knownOn: number
  /** The same of a name that does not. */
  readonly missingOff: number
  readonly missingOn: number
  /** From content to image. */
  readonly buildMs: number
  readonly buildWithMs: number
  readonly octetsPerService: number
}

export interface WildcardFigures extends WildcardMeasurement {
  readonly runtime: string
  readonly services: number
}
