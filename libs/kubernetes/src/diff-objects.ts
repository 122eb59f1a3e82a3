/** The changes that lead from one state to another. Any source that reads all objects anew gives only these. */

import { namespaceOf, type ObjectMap } from './object-map.ts'
import type { ObjectChange } from './objects.ts'
import { isObject } from './slim/field-reader.ts'

/** What is gone first, then what is new or different, in the order of `after`. Objects that are deep-equal have not changed. */
export function diffObjects(before: ObjectMap, after: ObjectMap): ObjectChange[] {
  const changes: ObjectChange[] = []
  for (const object of before) {
    const { kind, name } = object
    const namespace = namespaceOf(object)
    if (after.get(kind, namespace, name) === undefined) changes.push({ kind, namespace, name, object: undefined })
  }
  for (const object of after) {
    const { kind, name } = object
    const namespace = namespaceOf(object)
    if (!isEqual(before.get(kind, namespace, name), object)) changes.push({ kind, namespace, name, object })
  }
  return changes
}

/** Deep equality of what slim objects are made of: strings, numbers, booleans, undefined, lists and plain objects. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((element, index) => isEqual(element, b[index]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
}
