/**
 * The slim objects of one source: how an event changes them, and what a list that was read anew says of them.
 *
 * An API object may stand for several slim ones (a slice for a service and for an import), so whatever an event says is
 * the state of all that its object can stand for.
 */

import { diffObjects, isEqual } from '../diff-objects.ts'
import { ObjectMap } from '../object-map.ts'
import type { Kind, ObjectChange } from '../objects.ts'

/** A list that is being read. Objects that have not changed are those held already, so nothing is held twice. */
export class Listing {
  readonly objects = new ObjectMap()
  readonly #known: ObjectMap

  constructor(known: ObjectMap) {
    this.#known = known
  }

  add(changes: readonly ObjectChange[]): void {
    for (const { kind, namespace, name, object } of changes) {
      if (object === undefined) continue
      const known = this.#known.get(kind, namespace, name)
      this.objects.set(known !== undefined && isEqual(known, object) ? known : object)
    }
  }
}

export class SourceObjects {
  readonly #kind: Kind
  #objects = new ObjectMap()
  /** What changed since an audit began. */
  #touched: Set<string> | undefined

  constructor(kind: Kind) {
    this.#kind = kind
  }

  list(): Listing {
    return new Listing(this.#objects)
  }

  /** What differs from the state of an object as an event tells it. */
  change(namespace: string, name: string, present: readonly ObjectChange[]): ObjectChange[] {
    const kind = this.#kind
    this.#touched?.add(`${namespace}/${name}`)
    const changes: ObjectChange[] = []
    for (const slimName of slimNamesOf(kind, name)) {
      const before = this.#objects.get(kind, namespace, slimName)
      const after = present.find((change) => change.name === slimName)?.object
      if (before === after || (after !== undefined && isEqual(before, after))) continue
      if (after === undefined) this.#objects.delete(kind, namespace, slimName)
      else this.#objects.set(after)
      changes.push({ kind, namespace, name: slimName, object: after })
    }
    return changes
  }

  /** From now on these are the objects. What differs from those before. */
  replace({ objects }: Listing): ObjectChange[] {
    const changes = diffObjects(this.#objects, objects)
    this.#objects = objects
    return changes
  }

  beginAudit(): void {
    this.#touched = new Set()
  }

  /**
   * What differs from a list that was read since the audit began, but for the objects that changed meanwhile: of those
   * the watch knows better. They are as the list has it afterwards.
   */
  endAudit({ objects }: Listing): ObjectChange[] {
    const touched = this.#touched ?? new Set()
    this.#touched = undefined
    const drift = diffObjects(this.#objects, objects).filter(
      ({ namespace, name }) => !touched.has(`${namespace}/${apiNameOf(name)}`),
    )
    for (const { kind, namespace, name, object } of drift) {
      if (object === undefined) this.#objects.delete(kind, namespace, name)
      else this.#objects.set(object)
    }
    return drift
  }
}

/** No object of the API has a slash in its name: what follows one was added here. */
function apiNameOf(slimName: string): string {
  return slimName.split('/', 1)[0] ?? slimName
}

function slimNamesOf(kind: Kind, name: string): readonly string[] {
  return kind === 'EndpointSlice' ? [name, `${name}/multicluster`] : [name]
}
