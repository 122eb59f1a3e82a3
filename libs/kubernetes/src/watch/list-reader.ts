/** A page of a list, read while it comes: each item becomes slim as soon as it is there, and nothing else is kept. */

import { KubernetesError } from '../errors.ts'
import { type JsonPiece, parsePiece } from '../json/json-piece.ts'
import { type JsonSink, JsonSplitter } from '../json/json-splitter.ts'
import type { ObjectChange } from '../objects.ts'
import { isObject } from '../slim/field-reader.ts'
import type { TypeMeta } from '../slim/slim.ts'

export interface ListPage {
  readonly resourceVersion: string
  /** What to ask the next page with; '' when this is the last one. */
  readonly continueToken: string
}

export type Slim = (full: unknown, listed: TypeMeta) => readonly ObjectChange[]

export class ListReader implements JsonSink {
  readonly #splitter = new JsonSplitter(this)
  readonly #type: TypeMeta
  readonly #slim: Slim
  readonly #onChanges: (changes: readonly ObjectChange[]) => void
  #page: ListPage | undefined

  /** @param type what the items are; a list does not say it again with each. */
  constructor(type: TypeMeta, slim: Slim, onChanges: (changes: readonly ObjectChange[]) => void) {
    this.#type = type
    this.#slim = slim
    this.#onChanges = onChanges
  }

  /** @throws KubernetesError json-syntax, too-large, too-deep, bad-reply */
  write(chunk: Uint8Array): void {
    this.#splitter.write(chunk)
  }

  /** The body has ended. @throws KubernetesError when the list has not */
  end(): ListPage {
    this.#splitter.end()
    if (this.#page === undefined) throw new KubernetesError('bad-reply', {}, 'an empty reply, expected a list')
    return this.#page
  }

  item(piece: JsonPiece): void {
    this.#onChanges(this.#slim(parsePiece(piece), this.#type))
  }

  document(piece: JsonPiece): void {
    const list = parsePiece(piece)
    const metadata = isObject(list) ? list['metadata'] : undefined
    const { resourceVersion, continue: continueToken } = isObject(metadata) ? metadata : {}
    const kind = isObject(list) ? list['kind'] : undefined
    if (typeof kind !== 'string' || !kind.endsWith('List') || typeof resourceVersion !== 'string') {
      throw new KubernetesError('bad-reply', {}, 'the reply is no list with a resourceVersion')
    }
    this.#page = { resourceVersion, continueToken: typeof continueToken === 'string' ? continueToken : '' }
  }
}
