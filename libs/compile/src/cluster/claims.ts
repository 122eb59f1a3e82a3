/**
 * Who has which name. Objects of one namespace may ask for the same one; then who is called so goes before who asks for it
 * by annotation, the older before the younger, and last the name of the object decides. Whoever a stanza does not see, or
 * sees without forward names, does not stand in another's way there.
 */
import type { StanzaSet } from '@zonecast/image'
import { isWildcard } from '../objects/asked-names.ts'
import { compareText } from '../order.ts'
import { compileService } from '../records/compile-service.ts'
import type { Shape } from '../stanza.ts'
import type { ServiceEntry } from './entries.ts'

const NOBODY: ReadonlySet<ServiceEntry> = new Set()

/** The name that comes of what the object is called; '' when it is not published. */
export function ownName({ name, service }: ServiceEntry): string {
  return service?.asked === undefined ? name : service.asked.own
}

/** All names that an object asks for, the best first. */
export function namesOf({ name, service }: ServiceEntry): readonly string[] {
  if (service === undefined) return []
  return service.asked?.names ?? [name]
}

/** Those who want an entry's name, who goes before whom first. */
export function claimants(entry: ServiceEntry): readonly ServiceEntry[] {
  const all = [...(entry.claims?.by ?? NOBODY)]
  if (namesOf(entry).includes(entry.name)) all.push(entry)
  return all.length > 1 ? all.sort((a, b) => comparePrecedence(a, b, entry.name)) : all
}

function comparePrecedence(a: ServiceEntry, b: ServiceEntry, name: string): number {
  const classOf = (entry: ServiceEntry) => (ownName(entry) === name ? 0 : 1)
  const createdSec = ({ service }: ServiceEntry) => service?.createdSec ?? 0
  return classOf(a) - classOf(b) || createdSec(a) - createdSec(b) || compareText(a.name, b.name)
}

/** The stanzas that see forward names of what an object says. */
export function forwardStanzas(entry: ServiceEntry, shapes: readonly Shape[]): StanzaSet {
  return compileService(entry, shapes).reduce(
    (stanzas, record) => (record.kind === 'reverse' ? stanzas : stanzas | record.stanzas),
    0,
  )
}

/** The stanzas in which a claimant has an entry's name. */
export function held(entry: ServiceEntry, claimant: ServiceEntry, shapes: readonly Shape[]): StanzaSet {
  let left = entry.namespace.exposed
  for (const each of claimants(entry)) {
    const stanzas = claimed(entry, each, shapes) & left
    if (each === claimant) return stanzas
    left &= ~stanzas
  }
  return 0
}

/** The stanzas in which a claimant would have an entry's name if nobody went before. */
export function claimed(entry: ServiceEntry, claimant: ServiceEntry, shapes: readonly Shape[]): StanzaSet {
  const forward = forwardStanzas(claimant, shapes)
  if (!isWildcard(entry.name)) return forward
  // A wildcard needs a name beside it that SRV records can lead to.
  return primaries(claimant, shapes).reduce((stanzas, primary) => stanzas | primary.stanzas, 0)
}

export interface Primary {
  readonly name: string
  readonly stanzas: StanzaSet
}

/** The name of an object that PTR and SRV records lead to, by stanza: the best that it has. */
export function primaries(claimant: ServiceEntry, shapes: readonly Shape[]): readonly Primary[] {
  const { services } = claimant.namespace
  const found: Primary[] = []
  let left = forwardStanzas(claimant, shapes)
  for (const name of namesOf(claimant)) {
    const entry = isWildcard(name) ? undefined : services.get(name)
    const stanzas = entry === undefined || left === 0 ? 0 : held(entry, claimant, shapes) & left
    if (stanzas !== 0) found.push({ name, stanzas })
    left &= ~stanzas
  }
  return found
}

/** The stanzas in which a name exists: somebody has it, or one below it. */
export function existing(entry: ServiceEntry, shapes: readonly Shape[]): StanzaSet {
  let stanzas = 0
  for (const each of claimants(entry)) stanzas |= claimed(entry, each, shapes)
  return stanzas | existingBelow(entry, shapes)
}

/** Those in which one below it exists. */
export function existingBelow({ claims, namespace }: ServiceEntry, shapes: readonly Shape[]): StanzaSet {
  let stanzas = 0
  for (const below of claims?.below ?? NOBODY) {
    stanzas |= existing(below, shapes)
    if (stanzas === namespace.exposed) break
  }
  return stanzas
}
