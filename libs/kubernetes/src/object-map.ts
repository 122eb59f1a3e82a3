/** Slim objects by kind, namespace and name. */

import type { Kind, SlimObject } from './objects.ts'

export function namespaceOf(object: SlimObject): string {
  return object.kind === 'Namespace' ? '' : object.namespace
}

/** Maps within maps: no key is made of several strings, which at 200,000 objects would be 20 MB of keys. */
export class ObjectMap implements Iterable<SlimObject> {
  readonly #kinds = new Map<Kind, Map<string, Map<string, SlimObject>>>()

  get(kind: Kind, namespace: string, name: string): SlimObject | undefined {
    return this.#kinds.get(kind)?.get(namespace)?.get(name)
  }

  /** The object that was there before. */
  set(object: SlimObject): SlimObject | undefined {
    const namespaces = getOrInsert(this.#kinds, object.kind)
    const names = getOrInsert(namespaces, namespaceOf(object))
    const before = names.get(object.name)
    names.set(object.name, object)
    return before
  }

  delete(kind: Kind, namespace: string, name: string): void {
    this.#kinds.get(kind)?.get(namespace)?.delete(name)
  }

  *ofKind(kind: Kind): Generator<SlimObject> {
    for (const names of this.#kinds.get(kind)?.values() ?? []) yield* names.values()
  }

  /** In the order in which kinds, namespaces and names first came. */
  *[Symbol.iterator](): Generator<SlimObject> {
    for (const kind of this.#kinds.keys()) yield* this.ofKind(kind)
  }
}

function getOrInsert<Key, InnerKey, Value>(map: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  const known = map.get(key)
  if (known !== undefined) return known
  const inserted = new Map<InnerKey, Value>()
  map.set(key, inserted)
  return inserted
}
