/**
 * TXT records of namespaces (`namespace_records txt`) that nobody is answered, for the name of the namespace is another's:
 * by `{service}.{namespace}.svc` that of namespace `web` is `web.svc`, and so is, by `{service}.{namespace}`, that of the service
 * `web` in a namespace called `svc`.
 */
import { TYPE } from '@zonecast/dns'
import { NAMESPACE_SYMBOL, type ServiceRecord } from '@zonecast/image'
import type { Cluster } from '../cluster/cluster.ts'
import type { NamespaceEntry } from '../cluster/entries.ts'
import { compileName } from '../records/compile-name.ts'
import { FIXED_OWNER, type NamespaceRecords, namespaceNode } from '../records/namespace-records.ts'
import type { Stanzas } from '../stanza.ts'
import type { NameProblem } from './name-problem.ts'
import { namesBelow } from './names-below.ts'

/** A service, an endpoint of one, a port of one. */
const DEEPEST = 3

export class HiddenRecords {
  readonly #stanzas: Stanzas
  readonly #records: NamespaceRecords
  /** Namespaces among whose services may be such as have another namespace's name. */
  readonly #hiding: ReadonlySet<string>

  constructor(stanzas: Stanzas, records: NamespaceRecords) {
    this.#stanzas = stanzas
    this.#records = records
    const several = stanzas.list.filter(
      ({ names, namespaceRecords }) => names.length > 1 && namespaceRecords.txt !== undefined,
    )
    this.#hiding = new Set(several.flatMap(({ names }) => namespaceNode(names, '').split('.').slice(1)))
  }

  /** Whether records of namespaces that did not change may be hidden now, or no longer. */
  hangOn(touched: ReadonlySet<NamespaceEntry>): boolean {
    return this.#hiding.size > 0 && [...touched].some(({ name }) => this.#hiding.has(name))
  }

  of(namespace: NamespaceEntry, cluster: Cluster): readonly NameProblem[] {
    const problems = new Map<string, NameProblem>()
    for (const [index, { names, namespaceRecords }] of this.#stanzas.list.entries()) {
      if (namespaceRecords.txt === undefined || ((namespace.exposed >>> index) & 1) === 0) continue
      const node = namespaceNode(names, namespace.name)
      const by = node === FIXED_OWNER ? `${node}.ZONE` : this.#whoHas(node, index, cluster)
      if (by === undefined || !this.#isWanted(namespace, node, index)) continue
      problems.set(`${node} ${by}`, { code: 'record-hidden', namespace: namespace.name, service: '', name: node, by })
    }
    return [...problems.values()]
  }

  #isWanted(namespace: NamespaceEntry, node: string, index: number): boolean {
    const records = this.#records.wanted(namespace)
    return records.some(
      ({ owner, type, stanzas }) => owner === node && type === TYPE.TXT && ((stanzas >>> index) & 1) === 1,
    )
  }

  /** In the order in which names are looked up. */
  #whoHas(node: string, index: number, { namespaces }: Cluster): string | undefined {
    const labels = node.split('.')
    const readings = (this.#stanzas.list[index]?.names ?? []).flatMap((template) => read(template, labels))
    for (let depth = 1; depth <= DEEPEST; depth++) {
      for (const { namespace, before } of readings) {
        const name = before.slice(depth - 1).join('.')
        const entry = namespaces.get(namespace)?.services.get(name)
        if (entry === undefined || name === '') continue
        const records = compileName(entry, this.#stanzas.shapes)
        const what = has(
          records.filter(({ stanzas }) => (stanzas >>> index) & 1),
          before.slice(0, depth - 1).join('.'),
          depth,
        )
        if (what !== undefined) return `${what}${namespace}/${name}`
      }
    }
    return undefined
  }
}

interface Reading {
  readonly namespace: string
  /** At least one. */
  readonly before: readonly string[]
}

function read(template: string, labels: readonly string[]): readonly Reading[] {
  const rest = template.split('.').slice(1)
  const first = labels.length - rest.length
  const fits = rest.every((label, at) => label === NAMESPACE_SYMBOL || label === labels[first + at])
  if (first < 1 || !fits || !rest.includes(NAMESPACE_SYMBOL)) return []
  return [{ namespace: labels[first + rest.indexOf(NAMESPACE_SYMBOL)] ?? '', before: labels.slice(0, first) }]
}

/** What of a service has the name that is `below` it. */
function has(records: readonly ServiceRecord[], below: string, depth: number): string | undefined {
  if (depth === 1) return records.some(({ kind }) => kind !== 'reverse' && kind !== 'inner') ? 'service ' : undefined
  const { endpoints, ports } = namesBelow(records)
  if (depth === 2) return endpoints.has(below) ? 'an endpoint of ' : undefined
  return ports.has(below) ? 'a port of ' : undefined
}
