/**
 * What an API server stores: objects by resource, one version that grows with every change of any of them, and the
 * changes since some version, for those who watch.
 */

export interface ApiObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly resourceVersion?: string
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

export interface Collection {
  readonly resource: string
  readonly apiVersion: string
  readonly kind: string
  readonly isNamespaced: boolean
}

export const COLLECTIONS: readonly Collection[] = [
  { resource: 'namespaces', apiVersion: 'v1', kind: 'Namespace', isNamespaced: false },
  { resource: 'services', apiVersion: 'v1', kind: 'Service', isNamespaced: true },
  { resource: 'pods', apiVersion: 'v1', kind: 'Pod', isNamespaced: true },
  { resource: 'endpointslices', apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', isNamespaced: true },
]

export interface StoredChange {
  readonly version: number
  /** Undefined when the object came. */
  readonly before: ApiObject | undefined
  /** Undefined when it went. */
  readonly after: ApiObject | undefined
}

export interface Page {
  readonly objects: readonly ApiObject[]
  readonly version: number
  /** The key that the next page begins after; undefined when this is the last. */
  readonly after: string | undefined
  readonly remaining: number
}

export class Store {
  version: number
  /** The first version that a watch can begin from. */
  oldest: number
  readonly #objects = new Map<string, Map<string, ApiObject>>()
  readonly #changes: { readonly collection: Collection; readonly change: StoredChange }[] = []
  /** Told of each change once it is stored. */
  onChange: (collection: Collection, change: StoredChange) => void = () => {}

  constructor(version: number) {
    this.version = version
    this.oldest = version
  }

  /** Stores an object as it is after the next version. */
  put(object: ApiObject): void {
    const collection = collectionOf(object)
    const before = this.#of(collection).get(keyOf(object))
    this.#commit(collection, before, object)
  }

  remove(object: ApiObject): void {
    const collection = collectionOf(object)
    const before = this.#of(collection).get(keyOf(object))
    if (before !== undefined) this.#commit(collection, before, undefined)
  }

  /** Changes what is listed and tells nobody who watches. */
  putSilently(object: ApiObject): void {
    this.#of(collectionOf(object)).set(keyOf(object), stamped(object, this.version))
  }

  /** Forgets the changes so far: a watch from before now is too old. */
  compact(): void {
    this.#changes.length = 0
    this.oldest = this.version
  }

  all(collection: Collection): ApiObject[] {
    const objects = [...this.#of(collection)]
    return objects.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }

  since(collection: Collection, version: number): StoredChange[] {
    return this.#changes
      .filter((one) => one.collection === collection && one.change.version > version)
      .map((one) => one.change)
  }

  #commit(collection: Collection, before: ApiObject | undefined, object: ApiObject | undefined): void {
    this.version++
    const after = object && stamped(object, this.version)
    const objects = this.#of(collection)
    if (after !== undefined) objects.set(keyOf(after), after)
    else if (before !== undefined) objects.delete(keyOf(before))
    const change = { version: this.version, before, after }
    this.#changes.push({ collection, change })
    this.onChange(collection, change)
  }

  #of({ resource }: Collection): Map<string, ApiObject> {
    const known = this.#objects.get(resource)
    if (known !== undefined) return known
    const objects = new Map<string, ApiObject>()
    this.#objects.set(resource, objects)
    return objects
  }
}

export function stamped(object: ApiObject, version: number): ApiObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
}

export function keyOf({ metadata: { namespace = '', name } }: ApiObject): string {
  return `${namespace}/${name}`
}

function collectionOf({ apiVersion, kind }: ApiObject): Collection {
  const found = COLLECTIONS.find((one) => one.apiVersion === apiVersion && one.kind === kind)
  if (found === undefined) throw new Error(`${apiVersion} ${kind} is not stored`)
  return found
}
