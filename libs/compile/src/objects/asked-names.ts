/**
 * The names that a Service is published under: its own, and those that its annotations ask for.
 *
 *     zonecast.dev/name: c1.nginx, www, *.apps
 *     zonecast.dev/name-mode: add            (or replace: the names stand instead of its own)
 */
import type { Service } from '@zonecast/kubernetes'
import { flattenLabel } from './flatten.ts'
import { isLabel } from './host-name.ts'

export interface AskedNames {
  /**
   * Without repetitions, the best first: the first of them that it holds and that is no wildcard is the one that PTR and
   * SRV records lead to.
   */
  readonly names: readonly string[]
  /** Which of them comes of the object's own name; '' when that is not published. */
  readonly own: string
  readonly faults: readonly NameFault[]
}

/** Something of an object that has no name, or does nothing. */
export interface NameFault {
  readonly code: 'bad-name' | 'too-many-names' | 'bad-name-mode' | 'port-name-taken' | 'bad-port-name'
  /** As the object has it. */
  readonly text: string
}

const NAME = 'zonecast.dev/name'
const MODE = 'zonecast.dev/name-mode'
const NAMES_MAX = 16
/** A namespace of one octet still fits behind it. */
const NAME_OCTETS_MAX = 251

/**
 * undefined for a service that is published just as it is called, as nearly all are.
 * @param portFaults what is wrong with the names of its ports
 */
export function askedNames(
  { name, annotations }: Pick<Service, 'name' | 'annotations'>,
  portFaults: readonly NameFault[] = [],
): AskedNames | undefined {
  const text = annotations[NAME]
  const mode = annotations[MODE]
  if (text === undefined && mode === undefined && portFaults.length === 0 && isLabel(name)) return undefined
  const faults: NameFault[] = [...portFaults]
  const own = flattenLabel(name)
  if (own === '') faults.push({ code: 'bad-name', text: name })
  const asked = text === undefined ? [] : readNames(text, faults)
  if (mode !== undefined && mode !== 'add' && mode !== 'replace') faults.push({ code: 'bad-name-mode', text: mode })
  // Somebody must be called something that no other name stands for.
  const replaces = mode === 'replace' && asked.some((each) => !isWildcard(each))
  const names = replaces ? asked : [...new Set(own === '' ? asked : [own, ...asked])]
  return { names, own: names.includes(own) ? own : '', faults }
}

export function isWildcard(name: string): boolean {
  return name.startsWith('*')
}

function readNames(text: string, faults: NameFault[]): string[] {
  const names = new Set<string>()
  const parts = text.split(',').map((part) => part.trim())
  for (const [at, part] of parts.entries()) {
    const name = readName(part)
    if (name === undefined) faults.push({ code: 'bad-name', text: part })
    else if (names.size < NAMES_MAX || names.has(name)) names.add(name)
    else {
      faults.push({ code: 'too-many-names', text: parts.slice(at).join(', ') })
      break
    }
  }
  return [...names]
}

function readName(text: string): string | undefined {
  const labels = text.split('.').map((label, at) => (label === '*' && at === 0 ? label : flattenLabel(label)))
  const name = labels.join('.')
  return labels.includes('') || name.length > NAME_OCTETS_MAX ? undefined : name
}
