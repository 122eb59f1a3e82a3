/** Names that are published, and yet lead elsewhere, or may: something goes before them (see `lookup` of libs/image). */
import { NAMESPACE_SYMBOL, SERVICE_SYMBOL, type StanzaSet } from '@zonecast/image'
import { claimants, claimed } from '../cluster/claims.ts'
import type { NamespaceEntry, ServiceEntry } from '../cluster/entries.ts'
import { compileName } from '../records/compile-name.ts'
import type { Stanza, Stanzas } from '../stanza.ts'
import type { NameProblem } from './name-problem.ts'
import { namesBelow } from './names-below.ts'

const NONE: readonly NameProblem[] = []
/** Above everything in a zone. */
const FIXED: readonly string[] = ['pod', 'dns', 'dns-version']

export class HiddenNames {
  readonly #stanzas: Stanzas
  /** Last labels of names of services that something else may go before, by one of the templates. */
  readonly #risky: ReadonlySet<string>

  constructor(stanzas: Stanzas) {
    this.#stanzas = stanzas
    const labels = stanzas.list.flatMap(({ names, namespaces }) => [
      ...(names.includes(SERVICE_SYMBOL) ? FIXED : []),
      ...names.flatMap((template) => template.split('.').slice(1)),
      // One template may have the namespace where another has nothing: that of the stanza.
      ...(names.every((template) => template.includes(NAMESPACE_SYMBOL)) ? [] : namespaces),
    ])
    this.#risky = new Set(labels)
  }

  /** Names below that of a service which are those of its endpoints and ports, too. */
  ofBelow(entry: ServiceEntry): NameProblem[] {
    const { claims, namespace, name } = entry
    if (claims === undefined || claims.below.size === 0 || name.includes('.')) return []
    const problems: NameProblem[] = []
    const hide = (hidden: ServiceEntry, by: string) => {
      for (const { name: service } of claimants(hidden)) {
        problems.push({ code: 'name-hidden', namespace: namespace.name, service, name: hidden.name, by })
      }
    }
    const own = compileName(entry, this.#stanzas.shapes).filter(({ aliasOf }) => aliasOf === '')
    const { endpoints, ports } = namesBelow(own)
    for (const below of claims.below) {
      const label = below.name.slice(0, -name.length - 1)
      if (endpoints.has(label)) hide(below, `an endpoint of ${name}`)
      for (const deeper of below.claims?.below ?? []) {
        if (ports.has(deeper.name.slice(0, -name.length - 1))) hide(deeper, `a port of ${name}`)
      }
    }
    return problems
  }

  /**
   * A name that is a fixed one by `{service}`, or below which another template makes names: below `internal`,
   * `{service}.internal.{namespace}` does beside `{service}.{namespace}`.
   */
  byTemplates(entry: ServiceEntry): readonly NameProblem[] {
    const { name, namespace } = entry
    if (!this.#risky.has(name.slice(name.lastIndexOf('.') + 1))) return NONE
    const problems = new Map<string, NameProblem>()
    for (const claimant of claimants(entry)) {
      const stanzas = claimed(entry, claimant, this.#stanzas.shapes) & namespace.exposed
      const add = (code: NameProblem['code'], by: string) =>
        problems.set(`${claimant.name} ${by}`, {
          code,
          namespace: namespace.name,
          service: claimant.name,
          name,
          by,
        })
      for (const stanza of chosen(this.#stanzas, stanzas)) {
        const fixed = stanza.names.includes(SERVICE_SYMBOL) ? fixedName(name, stanza) : undefined
        if (fixed !== undefined) add('name-hidden', fixed)
        for (const template of stanza.names) {
          const after = template.slice(SERVICE_SYMBOL.length)
          for (const other of stanza.names) {
            if (!other.endsWith(after)) continue
            const between = other
              .slice(SERVICE_SYMBOL.length, other.length - after.length)
              .replace(NAMESPACE_SYMBOL, namespace.name)
            if (between !== '' && `.${name}`.endsWith(between)) add('service-hidden', other)
          }
        }
      }
    }
    return [...problems.values()]
  }

  /** `{service}.{namespace}` in a namespace that is called as a fixed name is, or as a static label of another template. */
  ofNamespace({ name, exposed }: NamespaceEntry): readonly NameProblem[] {
    const found = new Set<string>()
    for (const { names } of chosen(this.#stanzas, exposed)) {
      for (const template of names.filter((each) => each.includes(NAMESPACE_SYMBOL))) {
        const after = template.slice(template.indexOf(NAMESPACE_SYMBOL) + NAMESPACE_SYMBOL.length)
        if (after === '' && FIXED.includes(name)) found.add(`${name}.ZONE`)
        for (const other of names) if (other.endsWith(`.${name}${after}`)) found.add(other)
      }
    }
    return [...found].map((by) => ({ code: 'namespace-hidden', namespace: name, service: '', name, by }))
  }
}

function chosen({ list }: Stanzas, stanzas: StanzaSet): readonly Stanza[] {
  return list.filter((_, index) => ((stanzas >>> index) & 1) === 1)
}

/** The fixed name that `NAME.ZONE` is, or lies below. */
function fixedName(name: string, { pods, namespaces }: Stanza): string | undefined {
  if (FIXED.includes(name) || name === 'ns.dns') return `${name}.ZONE`
  if (pods === 'disabled') return undefined
  const isPod = namespaces.some((namespace) => `.${name}`.endsWith(`.${namespace}.pod`))
  return isPod && name.split('.').length <= 3 ? 'pod.ZONE' : undefined
}
