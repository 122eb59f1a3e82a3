/** The events of a watch, read while they come. */

import { KubernetesError } from '../errors.ts'
import { type JsonPiece, parsePiece } from '../json/json-piece.ts'
import { type JsonSink, JsonSplitter } from '../json/json-splitter.ts'
import { isObject, type Json } from '../slim/field-reader.ts'
import { type Refusal, refusalOf } from './connection/api-client.ts'

export type WatchEvent =
  | { readonly type: 'present' | 'deleted'; readonly object: Json; readonly resourceVersion: string }
  /** Only says how far the watch has come; `endsInitial` after the last object of a streamed list. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string; readonly endsInitial: boolean }
  /** The server ends the watch. */
  | { readonly type: 'error'; readonly refusal: Refusal }

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

export class EventReader implements JsonSink {
  readonly #splitter = new JsonSplitter(this)
  readonly #onEvent: (event: WatchEvent) => void

  constructor(onEvent: (event: WatchEvent) => void) {
    this.#onEvent = onEvent
  }

  /** @throws KubernetesError json-syntax, too-large, too-deep, bad-reply */
  write(chunk: Uint8Array): void {
    this.#splitter.write(chunk)
  }

  /** The body has ended. @throws KubernetesError when it did so within an event */
  end(): void {
    this.#splitter.end()
  }

  item(): void {
    throw new KubernetesError('bad-reply', {}, 'found a list, expected the events of a watch')
  }

  document(piece: JsonPiece): void {
    this.#onEvent(readEvent(parsePiece(piece)))
  }
}

function readEvent(value: unknown): WatchEvent {
  const { type, object } = isObject(value) ? value : {}
  if (!isObject(object)) throw new KubernetesError('bad-reply', {}, 'a watch sends what is no event')
  if (type === 'ERROR') return { type: 'error', refusal: refusalOf(object) }
  const metadata = isObject(object['metadata']) ? object['metadata'] : {}
  const { resourceVersion, annotations } = metadata
  if (typeof resourceVersion !== 'string' || resourceVersion === '') {
    throw new KubernetesError('bad-reply', {}, 'an event of a watch has no resourceVersion')
  }
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { type: 'present', object, resourceVersion }
    case 'DELETED':
      return { type: 'deleted', object, resourceVersion }
    case 'BOOKMARK': {
      const endsInitial = isObject(annotations) && annotations[INITIAL_EVENTS_END] === 'true'
      return { type: 'bookmark', resourceVersion, endsInitial }
    }
    default:
      throw new KubernetesError('bad-reply', {}, `a watch sends an event of type ${JSON.stringify(type)}`)
  }
}
