/** Names of services that cannot be made, for with what stands behind them they are longer than a name can be (RFC 1035 section 2.3.4). */
import { NAME_OCTETS_MAX } from '@zonecast/dns'
import { isReverseZone, NAMESPACE_SYMBOL } from '@zonecast/image'
import { claimants, claimed } from '../cluster/claims.ts'
import type { ServiceEntry } from '../cluster/entries.ts'
import type { Stanzas } from '../stanza.ts'
import type { NameProblem } from './name-problem.ts'

const NONE: readonly NameProblem[] = []
/** In text, without the root dot: two octets less than in wire form. */
const CHARACTERS_MAX = NAME_OCTETS_MAX - 2

export class LongNames {
  readonly #stanzas: Stanzas
  /** What stands behind the name of a service, by stanza: `.{namespace}.svc.cluster.local`. */
  readonly #endings: readonly (readonly string[])[]
  readonly #longest: number

  constructor(stanzas: Stanzas) {
    this.#stanzas = stanzas
    this.#endings = stanzas.list.map(({ names, zones }) => {
      const forward = zones.filter((zone) => !isReverseZone(zone))
      const behind = names.map((template) => template.split('.').slice(1))
      return forward.flatMap((zone) => behind.map((labels) => ['', ...labels, zone].join('.').replace(/\.$/, '')))
    })
    this.#longest = Math.max(0, ...this.#endings.flat().map(({ length }) => length))
  }

  of(entry: ServiceEntry): readonly NameProblem[] {
    const { name, namespace } = entry
    // So it is with nearly all.
    if (name.length + namespace.name.length + this.#longest <= CHARACTERS_MAX) return NONE
    const problems = new Map<string, NameProblem>()
    for (const claimant of claimants(entry)) {
      const stanzas = claimed(entry, claimant, this.#stanzas.shapes) & namespace.exposed
      for (const [index, endings] of this.#endings.entries()) {
        if (((stanzas >>> index) & 1) === 0) continue
        for (const ending of endings) {
          const behind = ending.replace(NAMESPACE_SYMBOL, namespace.name).slice(1)
          if (name.length + 1 + behind.length <= CHARACTERS_MAX) continue
          const problem = { namespace: namespace.name, service: claimant.name, name, by: behind }
          problems.set(`${claimant.name} ${behind}`, { code: 'name-too-long', ...problem })
        }
      }
    }
    return [...problems.values()]
  }
}
