/**
 * A piece of a stream of JSON: one value, gathered from as many chunks as it takes, that still knows on which line of the
 * stream each of its octets stands.
 */

import { KubernetesError } from '../errors.ts'
import { findJsonFault } from './json-fault.ts'

/** One JSON value of a stream. Valid only while the function that was given it runs. */
export interface JsonPiece {
  readonly octets: Uint8Array
  /** Which document of the stream, from 1. */
  readonly document: number
  /** The line of the stream that `octets[offset]` stands on, from 1. */
  lineAt(offset: number): number
}

const NEWLINE = 0x0a
const NOTHING = new Uint8Array(0)
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Throws `json-syntax` with document and line. */
export function parsePiece(piece: JsonPiece): unknown {
  try {
    return JSON.parse(DECODER.decode(piece.octets))
  } catch (cause) {
    throw pieceFault(piece) ?? new KubernetesError('json-syntax', startOf(piece), 'a value cannot be read', { cause })
  }
}

/**
 * What keeps the octets from being one JSON value, undefined when nothing does.
 * @param extent of the start of a piece it is not told that the rest is missing.
 */
export function pieceFault(
  piece: JsonPiece,
  extent: 'whole piece' | 'start of a piece' = 'whole piece',
): KubernetesError | undefined {
  const { document, octets } = piece
  const isWhole = extent === 'whole piece'
  const error = (offset: number, problem: string) =>
    new KubernetesError('json-syntax', { document, line: piece.lineAt(offset) }, problem)
  const broken = findBrokenLine(octets)
  if (broken !== undefined && (isWhole || octets.includes(NEWLINE, broken)))
    return error(broken, 'the line is not UTF-8')
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets)
  const fault = findJsonFault(text)
  if (fault === undefined || (fault.offset === text.length && !isWhole)) return undefined
  return error(new TextEncoder().encode(text.slice(0, fault.offset)).length, fault.problem)
}

/** The offset of the first line that is not UTF-8. */
function findBrokenLine(octets: Uint8Array): number | undefined {
  for (let start = 0; start < octets.length; ) {
    const newline = octets.indexOf(NEWLINE, start)
    const end = newline < 0 ? octets.length : newline + 1
    try {
      DECODER.decode(octets.subarray(start, end))
    } catch {
      return start
    }
    start = end
  }
  return undefined
}

export function startOf(piece: JsonPiece): { document: number; line: number } {
  return { document: piece.document, line: piece.lineAt(0) }
}

/** Gathers a piece; made once and used for one piece after another. */
export class PieceBuffer implements JsonPiece {
  octets: Uint8Array = NOTHING
  document = 0
  /** From `offset` on, octets follow one another in the stream from `line` on. */
  readonly #runs: { readonly offset: number; readonly line: number }[] = []
  #buffer = new Uint8Array(4096)

  begin(document: number, line: number): void {
    this.document = document
    this.octets = NOTHING
    this.#runs.length = 0
    this.resume(line)
  }

  /** What is added next stands on `line`; part of the stream was left out before it. */
  resume(line: number): void {
    this.#runs.push({ offset: this.octets.length, line })
  }

  /** Copies what it needs to: `chunk` may be overwritten afterwards. */
  add(chunk: Uint8Array): void {
    const length = this.octets.length
    const end = length + chunk.length
    if (end > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#buffer.length))
      grown.set(this.octets)
      this.#buffer = grown
    }
    this.#buffer.set(chunk, length)
    this.octets = this.#buffer.subarray(0, end)
  }

  /** The end of the piece. Copies nothing when all of it lies in `chunk`. */
  finish(chunk: Uint8Array): void {
    if (this.octets.length === 0) this.octets = chunk
    else this.add(chunk)
  }

  lineAt(offset: number): number {
    const run = this.#runs.findLast((one) => one.offset <= offset)
    let line = run?.line ?? 1
    for (let at = run?.offset ?? 0; at < offset; at++) if (this.octets[at] === NEWLINE) line++
    return line
  }
}
