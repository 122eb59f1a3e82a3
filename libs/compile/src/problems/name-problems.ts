/**
 * Names that objects ask for and do not have, or that lead elsewhere: worked out again for what changes, so that whoever
 * asks is told what is wrong now, and whoever listens hears of each once.
 */
import type { StanzaSet } from '@zonecast/image'
import { claimants, claimed } from '../cluster/claims.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { NamespaceEntry, ServiceEntry } from '../cluster/entries.ts'
import type { NamespaceRecords } from '../records/namespace-records.ts'
import type { Stanzas } from '../stanza.ts'
import { HiddenNames } from './hidden-names.ts'
import { HiddenRecords } from './hidden-records.ts'
import { LongNames } from './long-names.ts'
import { NAME_PROBLEMS, type NameProblem, type NameProblemCode } from './name-problem.ts'
import { unsaidNames } from './unsaid-names.ts'

const NONE: readonly NameProblem[] = []

export class NameProblems {
  readonly #stanzas: Stanzas
  readonly #format: 1 | 2
  readonly #hiddenNames: HiddenNames
  readonly #longNames: LongNames
  readonly #hiddenRecords: HiddenRecords
  readonly #warn: (problem: NameProblem) => void
  /** Of the entries that have some. */
  readonly #known = new Map<ServiceEntry | NamespaceEntry, readonly NameProblem[]>()

  /** @param format of the images that are made */
  constructor(stanzas: Stanzas, records: NamespaceRecords, format: 1 | 2, warn: (problem: NameProblem) => void) {
    this.#stanzas = stanzas
    this.#format = format
    this.#hiddenNames = new HiddenNames(stanzas)
    this.#longNames = new LongNames(stanzas)
    this.#hiddenRecords = new HiddenRecords(stanzas, records)
    this.#warn = warn
  }

  /** All there are now, by namespace, service and name. */
  list(): NameProblem[] {
    return [...this.#known.values()].flat().sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  }

  /** Of all codes. */
  countByCode(): ReadonlyMap<NameProblemCode, number> {
    const counts = new Map<NameProblemCode, number>(NAME_PROBLEMS.map((code) => [code, 0]))
    for (const problems of this.#known.values()) {
      for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1)
    }
    return counts
  }

  updateAll(cluster: Cluster): void {
    for (const namespace of cluster.namespaces.values()) {
      for (const entry of namespace.services.values()) this.update(entry)
    }
    this.updateNamespaces(cluster.namespaces.values(), cluster)
  }

  update(entry: ServiceEntry): void {
    this.#set(entry, this.#problemsOf(entry))
  }

  /** @param touched those of which something changed, services too */
  updateNamespaces(touched: Iterable<NamespaceEntry>, cluster: Cluster): void {
    const namespaces = new Set(touched)
    const others = this.#hiddenRecords.hangOn(namespaces) ? cluster.namespaces.values() : []
    for (const entry of new Set([...namespaces, ...others])) {
      this.#set(entry, [...this.#hiddenNames.ofNamespace(entry), ...this.#hiddenRecords.of(entry, cluster)])
    }
  }

  #set(entry: ServiceEntry | NamespaceEntry, problems: readonly NameProblem[]): void {
    const before = this.#known.get(entry) ?? NONE
    // An annotation may say something twice.
    const distinct = problems.length < 2 ? problems : [...new Map(problems.map((each) => [keyOf(each), each])).values()]
    if (problems.length === 0) this.#known.delete(entry)
    else this.#known.set(entry, distinct)
    const told = new Set(before.map(keyOf))
    for (const problem of distinct) if (!told.has(keyOf(problem))) this.#warn(problem)
  }

  #problemsOf(entry: ServiceEntry): readonly NameProblem[] {
    const { namespace, name, service, claims } = entry
    const byTemplates = [...this.#hiddenNames.byTemplates(entry), ...this.#longNames.of(entry)]
    if (claims === undefined && service?.asked === undefined) return byTemplates
    const faults = namespace.exposed === 0 ? [] : (service?.asked?.faults ?? [])
    return [
      ...faults.map(({ code, text }) => ({ code, namespace: namespace.name, service: name, name: text, by: '' })),
      ...takenNames(entry, this.#stanzas),
      ...this.#hiddenNames.ofBelow(entry),
      ...byTemplates,
      ...(this.#format === 1 ? unsaidNames(entry, this.#stanzas) : []),
    ]
  }
}

function keyOf({ code, namespace, service, name, by }: NameProblem): string {
  return [namespace, service, name, code, by].join('\n')
}

/** Those who want the name and do not have it in some stanza. */
function takenNames(entry: ServiceEntry, { shapes }: Stanzas): NameProblem[] {
  const problems: NameProblem[] = []
  const owners: { readonly name: string; readonly stanzas: StanzaSet }[] = []
  let left = entry.namespace.exposed
  for (const claimant of claimants(entry)) {
    const stanzas = claimed(entry, claimant, shapes)
    const owner = owners.find((each) => (each.stanzas & stanzas) !== 0)
    if (owner !== undefined) {
      problems.push({
        code: 'name-taken',
        namespace: entry.namespace.name,
        service: claimant.name,
        name: entry.name,
        by: owner.name,
      })
    }
    owners.push({ name: claimant.name, stanzas: stanzas & left })
    left &= ~stanzas
  }
  return problems
}
