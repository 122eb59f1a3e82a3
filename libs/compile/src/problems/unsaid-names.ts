/** Names that a publisher leaves out because the format of its images has no words for them: see `sayable` of libs/image. */
import { sayable } from '@zonecast/image'
import { claimants, held } from '../cluster/claims.ts'
import type { ServiceEntry } from '../cluster/entries.ts'
import { compileName } from '../records/compile-name.ts'
import type { Stanzas } from '../stanza.ts'
import type { NameProblem } from './name-problem.ts'

export function unsaidNames(entry: ServiceEntry, { shapes }: Stanzas): NameProblem[] {
  const named = compileName(entry, shapes).filter(({ kind }) => kind !== 'reverse' && kind !== 'inner')
  const unsaid = named.filter((record) => [...sayable([record])].length === 0)
  const stanzas = unsaid.reduce((all, record) => all | record.stanzas, 0)
  if (stanzas === 0) return []
  return claimants(entry)
    .filter((claimant) => (held(entry, claimant, shapes) & stanzas) !== 0)
    .map(({ name }) => ({
      code: 'not-in-format',
      namespace: entry.namespace.name,
      service: name,
      name: entry.name,
      by: '',
    }))
}
