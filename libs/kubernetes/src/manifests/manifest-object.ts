/** A full object as it was found in a file. */

import { KubernetesError, type Place } from '../errors.ts'
import { isObject, quote } from '../slim/field-reader.ts'
import { type TypeMeta, typeOf } from '../slim/slim.ts'

export interface ManifestObject {
  readonly full: unknown
  /** What it is if it does not say so itself. */
  readonly listed: TypeMeta | undefined
  readonly line: number
}

/**
 * What a document or an item of a `List` says it is. Half a file, as an editor may leave it, must not pass as one with
 * fewer objects, so what says nothing is a fault of the file: throws `not-an-object`.
 */
export function statedType(value: unknown, place: Place): TypeMeta {
  if (!isObject(value)) throw new KubernetesError('not-an-object', place, `found ${quote(value)}, expected an object`)
  const type = typeOf(value)
  if (type === undefined)
    throw new KubernetesError('not-an-object', place, 'apiVersion and kind do not say what the object is')
  return type
}
