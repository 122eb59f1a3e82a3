/**
 * The objects of one source: how an event changes them, and what a list that is read anew says of them.
 *
 * An API object may stand for several slim ones (a slice for a service and for an import), so whatever an event says is
 * the state of all that its object can stand for.
 */

import type { Kind, ObjectChange } from '../objects.ts'
import { Fingerprints, fingerprintOf } from './fingerprints.ts'

/** A list that is being read. */
export class Listing {
  readonly fingerprints = new Fingerprints()
  readonly #known: Fingerprints
  #changes: ObjectChange[] = []

  constructor(known: Fingerprints) {
    this.#known = known
  }

  /** How many objects differ from what is known and have not been taken. */
  get size(): number {
    return this.#changes.length
  }

  add(changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      const { namespace, name, object } = change
      if (object === undefined) continue
      const fingerprint = fingerprintOf(object)
      this.fingerprints.set(namespace, name, fingerprint)
      if (this.#known.get(namespace, name) !== fingerprint) this.#changes.push(change)
    }
  }

  take(): ObjectChange[] {
    const changes = this.#changes
    this.#changes = []
    return changes
  }
}

export class SourceObjects {
  readonly #kind: Kind
  #known = new Fingerprints()
  /** What changed since an audit began. */
  #touched: Set<string> | undefined

  constructor(kind: Kind) {
    this.#kind = kind
  }

  list(): Listing {
    return new Listing(this.#known)
  }

  /** What differs from the state of an object as an event tells it. */
  change(namespace: string, name: string, present: readonly ObjectChange[]): ObjectChange[] {
    this.#touched?.add(`${namespace}/${name}`)
    const changes: ObjectChange[] = []
    for (const slimName of slimNamesOf(this.#kind, name)) {
      const after = present.find((change) => change.name === slimName)?.object
      if (after === undefined) {
        if (this.#known.delete(namespace, slimName)) changes.push(this.#gone(namespace, slimName))
        continue
      }
      const fingerprint = fingerprintOf(after)
      if (this.#known.get(namespace, slimName) === fingerprint) continue
      this.#known.set(namespace, slimName, fingerprint)
      changes.push({ kind: this.#kind, namespace, name: slimName, object: after })
    }
    return changes
  }

  /** What a list that goes on has found to differ so far. */
  part(listing: Listing): ObjectChange[] {
    const changes = listing.take()
    for (const change of changes) this.#know(change)
    return changes
  }

  /** The list has ended: what else differs. What it did not have is gone. */
  finish(listing: Listing): ObjectChange[] {
    const gone = Array.from(this.#known.missingIn(listing.fingerprints), ([namespace, name]) =>
      this.#gone(namespace, name),
    )
    this.#known = listing.fingerprints
    return [...gone, ...listing.take()]
  }

  beginAudit(): void {
    this.#touched = new Set()
  }

  /**
   * What differs from a list that was read since the audit began, but for the objects that changed meanwhile: of those
   * the watch knows better. Counts as told afterwards.
   */
  endAudit(listing: Listing): ObjectChange[] {
    const touched = this.#touched ?? new Set()
    this.#touched = undefined
    const gone = Array.from(this.#known.missingIn(listing.fingerprints), ([namespace, name]) =>
      this.#gone(namespace, name),
    )
    const drift = [...gone, ...listing.take()].filter(
      ({ namespace, name }) => !touched.has(`${namespace}/${apiNameOf(name)}`),
    )
    for (const change of drift) this.#know(change)
    return drift
  }

  #know({ namespace, name, object }: ObjectChange): void {
    if (object === undefined) this.#known.delete(namespace, name)
    else this.#known.set(namespace, name, fingerprintOf(object))
  }

  #gone(namespace: string, name: string): ObjectChange {
    return { kind: this.#kind, namespace, name, object: undefined }
  }
}

/** No object of the API has a slash in its name: what follows one was added here. */
function apiNameOf(slimName: string): string {
  return slimName.split('/', 1)[0] ?? slimName
}

function slimNamesOf(kind: Kind, name: string): readonly string[] {
  return kind === 'EndpointSlice' ? [name, `${name}/multicluster`] : [name]
}
