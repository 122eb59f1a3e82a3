/**
 * What can be wrong with a Corefile. Everything that reads one collects its faults in a `FaultList` and goes on, so that
 * one run reports them all; `parseCorefile` then throws one `CorefileError` that holds them. A message reads
 * `FILE:LINE:COLUMN: what is wrong, expected what: what to do`.
 */

import type { Position, Warning } from './config.ts'

interface CodeEntry {
  /** For the reference page. */
  readonly doc: string
  /** How a message begins; `found` is quoted already. */
  readonly phrase: (found: string, inside: string) => string
}

export const codes = {
  unreadable: {
    doc: 'The Corefile, or a file that it imports, cannot be read.',
    phrase: (found) => `cannot read ${found}`,
  },
  'too-large': {
    doc: 'More of something than a Corefile may hold.',
    phrase: (found) => `${found} is too large`,
  },
  empty: { doc: 'There is no server block.', phrase: (found) => `no server block in ${found}` },
  'unterminated-quote': {
    doc: 'A quoted string has no closing quote.',
    phrase: () => 'the quote that begins here is never closed',
  },
  'line-continuation': {
    doc: 'A backslash at the end of a line: the language has no such continuation.',
    phrase: (found) => `${found} does not continue a line`,
  },
  'bad-variable': { doc: 'A broken `{$…}` or `{%…%}`.', phrase: (found) => `broken variable in ${found}` },
  'unset-variable': {
    doc: 'An environment variable that is not set and has no default.',
    phrase: (found) => `the environment variable ${found} is not set`,
  },
  'unexpected-brace': { doc: 'A brace where none can be.', phrase: (found) => `unexpected ${found}` },
  'missing-brace': { doc: 'A block that is never closed.', phrase: (found) => `${found} is never closed` },
  'duplicate-snippet': {
    doc: 'Two snippets of one name.',
    phrase: (found) => `the snippet ${found} is defined twice`,
  },
  'import-cycle': { doc: 'A file or snippet that imports itself.', phrase: (found) => `${found} imports itself` },
  'unknown-scheme': { doc: 'A scheme that is none.', phrase: (found) => `unknown scheme ${found}` },
  'bad-port': { doc: 'A port that is none.', phrase: (found) => `${found} is not a port` },
  'bad-zone': { doc: 'A zone or prefix that is none.', phrase: (found) => `${found} is not a zone` },
  'duplicate-zone': {
    doc: 'Two server blocks claim one zone at one address.',
    phrase: (found) => `${found} is claimed twice`,
  },
  'listener-conflict': {
    doc: 'Two things that cannot share an address and port, or that share a listener but want it different.',
    phrase: (found) => `${found} is taken`,
  },
  'unknown-directive': {
    doc: 'A word that is neither a directive nor an option there.',
    phrase: (found, inside) => `unknown directive ${found}${inside}`,
  },
  'not-yet': {
    doc: 'Something that CoreDNS does and zonecast does not do yet.',
    phrase: (found, inside) => `zonecast does not do ${found}${inside} yet`,
  },
  'duplicate-directive': {
    doc: 'A directive or option that may stand once only.',
    phrase: (found, inside) => `${found} stands twice${inside}`,
  },
  'missing-argument': { doc: 'Too few arguments.', phrase: (found) => `${found} lacks an argument` },
  'extra-argument': { doc: 'Too many arguments.', phrase: (found, inside) => `unexpected ${found}${inside}` },
  'bad-value': {
    doc: 'An argument of the wrong form or out of range.',
    phrase: (found, inside) => `bad value ${found}${inside}`,
  },
  'unexpected-block': { doc: 'A block after something that takes none.', phrase: (found) => `${found} takes no block` },
  conflict: {
    doc: 'Two options that exclude each other.',
    phrase: (found, inside) => `conflicting ${found}${inside}`,
  },
  'missing-directive': {
    doc: 'Something needs a directive or option that is not there.',
    phrase: (found) => `${found} is incomplete`,
  },
} as const satisfies Record<string, CodeEntry>

export type CorefileErrorCode = keyof typeof codes

export interface FaultDetails {
  /** The directive around it, e.g. `kubernetes`. */
  readonly inside?: string | undefined
  /** What could stand there instead. */
  readonly expected?: string | undefined
  /** What to do about it, or why. */
  readonly suggestion?: string | undefined
}

export interface Fault {
  readonly code: CorefileErrorCode
  readonly position: Position
  readonly found: string
  readonly expected: string | undefined
  readonly suggestion: string | undefined
  /** All of it in one line. */
  readonly message: string
}

/** `code`, `position` and the rest are those of the first fault. */
export class CorefileError extends Error {
  override readonly name = 'CorefileError'
  readonly code: CorefileErrorCode
  readonly position: Position
  readonly found: string
  readonly expected: string | undefined
  readonly suggestion: string | undefined
  /** In the order of the file; never empty. At most 100: then reading stops. */
  readonly faults: readonly Fault[]

  constructor(faults: readonly [Fault, ...Fault[]]) {
    super(faults.map((fault) => fault.message).join('\n'))
    this.code = faults[0].code
    this.position = faults[0].position
    this.found = faults[0].found
    this.expected = faults[0].expected
    this.suggestion = faults[0].suggestion
    this.faults = faults
  }
}

/** `Corefile:14:5` */
export function showPosition(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`
}

/** In double quotes, at most 80 characters. */
export function quote(text: string): string {
  return `"${text.length > 80 ? `${text.slice(0, 77)}...` : text}"`
}

/** On one line and without what could steer a terminal, whatever stood in the file. */
function printable(message: string): string {
  return message.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}

const maxFaults = 100

/** Collects faults and warnings while a Corefile is read. */
export class FaultList {
  readonly warnings: Warning[] = []
  /** By message: a snippet that is imported twice has its faults once. */
  readonly #faults = new Map<string, Fault>()
  /** Where a variable could not be put in, and so nothing that is made of the word means much. */
  readonly #spoiled = new Set<string>()

  /** @throws {CorefileError} when there are too many to be of use: what is that wrong is not read on. */
  add(code: CorefileErrorCode, position: Position, found: string, details: FaultDetails = {}): undefined {
    const { inside, expected, suggestion } = details
    const entry: CodeEntry = codes[code]
    const place = showPosition(position)
    const ofVariable = code === 'bad-variable' || code === 'unset-variable'
    if (ofVariable) this.#spoiled.add(place)
    else if (this.#spoiled.has(place)) return
    const phrase = entry.phrase(quote(found), inside === undefined ? '' : ` in ${inside}`)
    const wanted = expected === undefined ? '' : `, expected ${expected}`
    const message = printable(`${place}: ${phrase}${wanted}${suggestion === undefined ? '' : `: ${suggestion}`}`)
    this.#faults.set(message, { code, position, found, expected, suggestion, message })
    if (this.#faults.size === maxFaults) this.throwIfAny()
  }

  get count(): number {
    return this.#faults.size
  }

  /** Beyond a hundred they are dropped. */
  warn(position: Position, text: string): void {
    if (this.warnings.length === maxFaults) return
    this.warnings.push({ position, message: printable(`${showPosition(position)}: ${text}`) })
  }

  /** @throws {CorefileError} when there is any fault. */
  throwIfAny(): void {
    const faults = [...this.#faults.values()]
    const files = [...new Set(faults.map((fault) => fault.position.file))]
    const [first, ...rest] = faults.sort(
      ({ position: a }, { position: b }) =>
        files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    )
    if (first !== undefined) throw new CorefileError([first, ...rest])
  }
}
