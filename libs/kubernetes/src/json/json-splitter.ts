/**
 * Splits a stream of JSON into pieces that are small enough to be parsed one at a time: each element of a document's
 * top-level `items`, and then the document itself, its `items` emptied. So a list of any length passes through the memory
 * of one item.
 *
 *   { "kind": "List", "items": [ {…}, {…} ], "metadata": {…} }
 *   └───────── document ───────┘ item  item └───── document ─┘
 *
 * Documents follow one another with or without white space between them (a file of several, NDJSON, the events of a
 * watch). Octets may arrive cut anywhere, within a character too. Only brackets, strings and the commas between items
 * are looked at here; whoever gets a piece parses it (`parsePiece`) and so finds what else is wrong.
 */

import { KubernetesError, type KubernetesErrorCode } from '../errors.ts'
import { type JsonPiece, PieceBuffer, pieceFault, startOf } from './json-piece.ts'

/** What its functions throw comes out of `write`; the splitter is then of no more use. */
export interface JsonSink {
  item(piece: JsonPiece): void
  /** Comes after the document's items. */
  document(piece: JsonPiece): void
}

export interface JsonLimits {
  /** Of one item, and of a document without its items. */
  readonly pieceOctetsMax: number
  readonly depthMax: number
}

/**
 * An API server takes no object larger than 3 MiB, and writes it up to six times as long (`<` becomes `\u003c`); it nests
 * them no deeper than 10,000 levels. Who may create one object must not be able to stop the watch of all.
 */
export const JSON_LIMITS: JsonLimits = { pieceOctetsMax: 32 * 1024 * 1024, depthMax: 16_384 }

type State =
  /** Between documents. */
  | 'top'
  /** In a document, outside of items. */
  | 'document'
  /** After the `[` of items: an object makes it a list of items; anything else is left in the document. */
  | 'items'
  | 'item'
  | 'after-item'
  | 'before-item'

const NEWLINE = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf]
const ITEMS: readonly number[] = [...new TextEncoder().encode('items')]
const MISMATCH = -1
/** Where the items of a document lie: in its object, in their list. */
const ITEMS_DEPTH = 2

export class JsonSplitter {
  readonly #sink: JsonSink
  readonly #limits: JsonLimits
  readonly #document = new PieceBuffer()
  readonly #item = new PieceBuffer()
  #state: State = 'top'
  #documents = 0
  #octets = 0
  #line = 1
  /** What closes the open lists and objects; the first `#depth` count. */
  readonly #closers: Uint8Array
  #depth = 0
  #isInString = false
  #isEscaped = false
  /** How many octets of a string at depth 1 are those of `items` so far; MISMATCH when they differ. */
  #itemsOctets = MISMATCH
  /** Whether the last string at depth 1 was `items`. */
  #isItemsKey = false

  constructor(sink: JsonSink, limits: JsonLimits = JSON_LIMITS) {
    this.#sink = sink
    this.#limits = limits
    this.#closers = new Uint8Array(limits.depthMax)
  }

  /** Throws KubernetesError with document and line. `chunk` is not kept. */
  write(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      const isInPiece = this.#state === 'document' || this.#state === 'item'
      at = isInPiece ? this.#scanPiece(chunk, at) : this.#stepBetween(chunk[at] as number, at)
    }
    this.#octets += chunk.length
  }

  /** The stream ended. Throws when it did so within a document. */
  end(): void {
    if (this.#state === 'top') return
    const piece = this.#state === 'item' ? this.#item : this.#document
    const fault = this.#state === 'item' || this.#state === 'document' ? pieceFault(piece) : undefined
    throw fault ?? this.#fault('json-syntax', 'the text ends within "items"')
  }

  /** One octet outside of pieces. Gives where to go on: after it, or at it when it begins or resumes a piece. */
  #stepBetween(octet: number, at: number): number {
    if (octet === NEWLINE) this.#line++
    if (octet === NEWLINE || octet === 0x20 || octet === 0x0d || octet === 0x09) return at + 1
    switch (this.#state) {
      case 'top':
        if (this.#documents === 0 && octet === BYTE_ORDER_MARK[this.#octets + at]) return at + 1
        this.#documents++
        if (octet !== OPEN_OBJECT) throw this.#unexpected(octet, '"{"')
        this.#state = 'document'
        this.#document.begin(this.#documents, this.#line)
        return at
      case 'items':
        if (octet === OPEN_OBJECT) return this.#beginItem(at)
        return this.#resumeDocument(at)
      case 'after-item':
        if (octet === CLOSE_LIST) return this.#resumeDocument(at)
        if (octet !== COMMA) throw this.#unexpected(octet, '"," or "]"')
        this.#state = 'before-item'
        return at + 1
      default:
        if (octet !== OPEN_OBJECT) throw this.#unexpected(octet, '"{"')
        return this.#beginItem(at)
    }
  }

  #beginItem(at: number): number {
    this.#state = 'item'
    this.#item.begin(this.#documents, this.#line)
    return at
  }

  #resumeDocument(at: number): number {
    this.#state = 'document'
    this.#document.resume(this.#line)
    return at
  }

  /** Reads on in the document or item until it ends, its items begin, or the chunk ends. Gives where it came to. */
  #scanPiece(chunk: Uint8Array, start: number): number {
    const piece = this.#state === 'item' ? this.#item : this.#document
    const endDepth = this.#state === 'item' ? ITEMS_DEPTH : 0
    let at = start
    while (at < chunk.length) {
      if (this.#isInString) {
        at = this.#scanString(chunk, at)
        continue
      }
      const octet = chunk[at++] as number
      if (octet === NEWLINE) this.#line++
      else if (octet === QUOTE) this.#openString()
      else if (octet === OPEN_OBJECT || octet === OPEN_LIST) {
        const isItems = this.#isItemsKey && octet === OPEN_LIST && this.#depth === 1 && endDepth === 0
        this.#isItemsKey = false
        if (this.#depth === this.#limits.depthMax)
          throw this.#fault('too-deep', `nested deeper than ${this.#depth} levels`)
        this.#closers[this.#depth++] = octet === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST
        if (!isItems) continue
        this.#add(piece, chunk.subarray(start, at))
        this.#state = 'items'
        return at
      } else if (octet === CLOSE_OBJECT || octet === CLOSE_LIST) {
        if (this.#closers[--this.#depth] !== octet) {
          piece.add(chunk.subarray(start, at))
          throw pieceFault(piece) ?? this.#unexpected(octet, 'another bracket')
        }
        if (this.#depth > endDepth) continue
        this.#finish(piece, chunk.subarray(start, at))
        return at
      }
    }
    this.#add(piece, chunk.subarray(start, at))
    return at
  }

  #openString(): void {
    this.#isInString = true
    const mayBeItems = this.#depth === 1 && this.#state === 'document'
    this.#itemsOctets = mayBeItems ? 0 : MISMATCH
    if (mayBeItems) this.#isItemsKey = false
  }

  /** Reads on in a string until it or the chunk ends. */
  #scanString(chunk: Uint8Array, start: number): number {
    let at = start
    if (this.#isEscaped) {
      this.#isEscaped = false
      at++
    }
    let matched = this.#itemsOctets
    for (; at < chunk.length; at++) {
      const octet = chunk[at]
      if (octet === QUOTE) {
        this.#isInString = false
        this.#isItemsKey = matched === ITEMS.length
        return at + 1
      }
      if (octet === BACKSLASH) {
        matched = MISMATCH
        at++
        this.#isEscaped = at === chunk.length
      } else if (matched !== MISMATCH) matched = octet === ITEMS[matched] ? matched + 1 : MISMATCH
    }
    this.#itemsOctets = matched
    return chunk.length
  }

  #add(piece: PieceBuffer, octets: Uint8Array): void {
    piece.add(octets)
    this.#checkSize(piece)
  }

  #finish(piece: PieceBuffer, octets: Uint8Array): void {
    piece.finish(octets)
    this.#checkSize(piece)
    if (this.#state === 'item') {
      this.#state = 'after-item'
      this.#sink.item(piece)
    } else {
      this.#state = 'top'
      this.#sink.document(piece)
    }
  }

  /** Of a piece that never seems to end because a quote is missing, the fault is told, not the size. */
  #checkSize(piece: PieceBuffer): void {
    const { pieceOctetsMax } = this.#limits
    if (piece.octets.length <= pieceOctetsMax) return
    const what = piece === this.#item ? 'an item' : 'a document without its items'
    const tooLarge = `${what} is larger than ${pieceOctetsMax} octets`
    throw pieceFault(piece, 'start of a piece') ?? new KubernetesError('too-large', startOf(piece), tooLarge)
  }

  #unexpected(octet: number, expected: string): KubernetesError {
    const found = octet < 0x80 ? JSON.stringify(String.fromCharCode(octet)) : `octet ${octet}`
    return this.#fault('json-syntax', `found ${found}, expected ${expected}`)
  }

  #fault(code: KubernetesErrorCode, problem: string): KubernetesError {
    return new KubernetesError(code, { document: this.#documents, line: this.#line }, problem)
  }
}
