/**
 * Names that objects ask for and do not have, or that lead elsewhere: worked out again for what changes, so that whoever
 * asks is told what is wrong now, and whoever listens hears of each once.
 */
import type { StanzaSet } from '@zonecast/image'
import type { NameFault } from './asked-names.ts'
import { claimants, claimed } from './claims.ts'
import type { Cluster, NamespaceEntry, ServiceEntry } from './cluster.ts'
import { compileName } from './compile-name.ts'
import type { Stanzas } from './stanza.ts'

export const NAME_PROBLEMS = [
  'bad-name',
  'too-many-names',
  'bad-name-mode',
  'port-name-taken',
  'bad-port-name',
  'name-taken',
  'name-hidden',
  'namespace-hidden',
] as const satisfies readonly (NameFault['code'] | 'name-taken' | 'name-hidden' | 'namespace-hidden')[]

export type NameProblemCode = (typeof NAME_PROBLEMS)[number]

/**
 * name-taken: another service has the name. name-hidden: it is published, but a name of an endpoint or port goes before
 * it. namespace-hidden: names of services in a namespace may lie among others.
 */
export interface NameProblem {
  readonly code: NameProblemCode
  readonly namespace: string
  /** As the object is called; '' for `namespace-hidden`. */
  readonly service: string
  /** The name in question: as the object has it, or as it would be published. */
  readonly name: string
  /** What goes before it: a service's name, or `an endpoint of web`, `a port of web`, `pod.ZONE`; else ''. */
  readonly by: string
}

const NONE: readonly NameProblem[] = []

export class NameProblems {
  readonly #stanzas: Stanzas
  readonly #warn: (problem: NameProblem) => void
  /** Of the entries that have some. */
  readonly #known = new Map<ServiceEntry | NamespaceEntry, readonly NameProblem[]>()

  constructor(stanzas: Stanzas, warn: (problem: NameProblem) => void) {
    this.#stanzas = stanzas
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

  updateAll({ namespaces }: Cluster): void {
    for (const namespace of namespaces.values()) {
      this.updateNamespace(namespace)
      for (const entry of namespace.services.values()) this.update(entry)
    }
  }

  update(entry: ServiceEntry): void {
    this.#set(entry, problemsOf(entry, this.#stanzas))
  }

  updateNamespace(entry: NamespaceEntry): void {
    this.#set(entry, hiddenNamespace(entry, this.#stanzas))
  }

  #set(entry: ServiceEntry | NamespaceEntry, problems: readonly NameProblem[]): void {
    const before = this.#known.get(entry) ?? NONE
    if (problems.length === 0) this.#known.delete(entry)
    else this.#known.set(entry, problems)
    const told = new Set(before.map(keyOf))
    for (const problem of problems) if (!told.has(keyOf(problem))) this.#warn(problem)
  }
}

function keyOf({ code, namespace, service, name, by }: NameProblem): string {
  return [namespace, service, name, code, by].join('\n')
}

function problemsOf(entry: ServiceEntry, stanzas: Stanzas): readonly NameProblem[] {
  const { namespace, name, service, claims } = entry
  if (claims === undefined && service?.asked === undefined) return NONE
  const faults = namespace.exposed === 0 ? [] : (service?.asked?.faults ?? [])
  return [
    ...faults.map(({ code, text }) => ({ code, namespace: namespace.name, service: name, name: text, by: '' })),
    ...takenNames(entry, stanzas),
    ...hiddenNames(entry, stanzas),
  ]
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

/** Names below that of a service which are those of its endpoints and ports, too. */
function hiddenNames(entry: ServiceEntry, { shapes }: Stanzas): NameProblem[] {
  const { claims, namespace, name } = entry
  if (claims === undefined || claims.below.size === 0 || name.includes('.')) return []
  const problems: NameProblem[] = []
  const hide = (hidden: ServiceEntry, by: string) => {
    for (const { name: service } of claimants(hidden)) {
      problems.push({ code: 'name-hidden', namespace: namespace.name, service, name: hidden.name, by })
    }
  }
  const records = compileName(entry, shapes).filter(
    ({ kind, aliasOf }) => (kind === 'cluster' || kind === 'headless') && aliasOf === '',
  )
  const endpoints = new Set(records.flatMap((record) => record.endpoints.map((endpoint) => endpoint.name)))
  const ports = new Set(
    records
      .flatMap(({ kind, ports, portSets }) => (kind === 'cluster' ? ports : [...ports, ...portSets.flat()]))
      .map((port) => `${port.name}.${port.protocol}`),
  )
  for (const below of claims.below) {
    const label = below.name.slice(0, -name.length - 1)
    if (endpoints.has(label)) hide(below, `an endpoint of ${name}`)
    for (const deeper of below.claims?.below ?? []) {
      if (ports.has(deeper.name.slice(0, -name.length - 1))) hide(deeper, `a port of ${name}`)
    }
  }
  return problems
}

/** `{service}.{namespace}` in a namespace that is called as a fixed name is, or as a static label of another template. */
function hiddenNamespace({ name, exposed }: NamespaceEntry, { list }: Stanzas): readonly NameProblem[] {
  const found = new Set<string>()
  for (const [index, { names }] of list.entries()) {
    if (((exposed >>> index) & 1) === 0 || !names.some((template) => template.endsWith('{namespace}'))) continue
    if (FIXED.includes(name)) found.add(`${name}.ZONE`)
    for (const template of names) if (template.endsWith(`.${name}`)) found.add(template)
  }
  return [...found].map((by) => ({ code: 'namespace-hidden', namespace: name, service: '', name, by }))
}

const FIXED: readonly string[] = ['pod', 'dns', 'dns-version']
