/**
 * The objects of a stream of JSON, one at a time.
 *
 * The items of a `List` say what they are; those of a `ServiceList` may leave that to the list, whose kind may come after
 * them. Then one pass is not enough: `missingTypes` is what to begin the next pass with.
 */

import { type ManifestObject, statedType } from '../manifests/manifest-object.ts'
import { isObject } from '../slim/field-reader.ts'
import { type TypeMeta, typeOf, typeOfItems } from '../slim/slim.ts'
import { type JsonPiece, parsePiece, startOf } from './json-piece.ts'
import type { JsonSink } from './json-splitter.ts'

/** By number of the document: what the items of a list are when they do not say so themselves. */
export type ListedTypes = ReadonlyMap<number, TypeMeta>

export class JsonObjects implements JsonSink {
  /** Of lists whose items were not given because `known` lacked them. */
  readonly missingTypes = new Map<number, TypeMeta>()
  readonly #known: ListedTypes
  readonly #onObject: (object: ManifestObject) => void
  /** The first item of the present document that does not say what it is. */
  #untyped: { readonly value: unknown; readonly document: number; readonly line: number } | undefined

  constructor(known: ListedTypes, onObject: (object: ManifestObject) => void) {
    this.#known = known
    this.#onObject = onObject
  }

  item(piece: JsonPiece): void {
    if (this.#untyped !== undefined) return
    const full = parsePiece(piece)
    const listed = this.#known.get(piece.document)
    const isTyped = listed !== undefined || (isObject(full) && typeOf(full) !== undefined)
    if (isTyped) this.#onObject({ full, listed, line: piece.lineAt(0) })
    else this.#untyped = { value: full, ...startOf(piece) }
  }

  document(piece: JsonPiece): void {
    const full = parsePiece(piece)
    const type = statedType(full, startOf(piece))
    if (this.#untyped !== undefined) {
      const listed = typeOfItems(type)
      if (listed !== undefined) this.missingTypes.set(piece.document, listed)
      else statedType(this.#untyped.value, { document: this.#untyped.document, line: this.#untyped.line })
    }
    this.#untyped = undefined
    this.#onObject({ full, listed: undefined, line: piece.lineAt(0) })
  }
}
