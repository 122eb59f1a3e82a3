/**
 * The options of `kubernetes` stanzas that shape records, as lines of a Corefile: what a publisher says in head beside their
 * hash, and how a responder finds which of its own are not the ones that count.
 */
import type { KubernetesStanza, ShapingKey } from '@zonecast/corefile'
import { shown } from '@zonecast/feed/redis'

/** As a publisher shapes the records of these zones. */
export interface ShapedZones {
  /** With the root dot, in the order of the Corefile. */
  readonly zones: readonly string[]
  /** By the option's name: its line, '' where it is absent. */
  readonly options: Readonly<Record<string, string>>
}

type LineOf = (stanza: KubernetesStanza) => string

/** By the option's name. `wildcards` has two keys of the stanza, and zones are told apart. */
const LINES: Readonly<Record<Exclude<ShapingKey, 'zones' | 'forwardZones' | 'reverseZones' | 'search'>, LineOf>> = {
  namespaces: ({ namespaces }) => words('namespaces', namespaces),
  namespaceLabels: ({ namespaceLabels }) => words('namespace_labels', namespaceLabels),
  labels: ({ labels }) => words('labels', labels),
  pods: ({ pods }) => `pods ${pods}`,
  endpointPodNames: ({ endpointPodNames }) => (endpointPodNames ? 'endpoint_pod_names' : ''),
  ttlSec: ({ ttlSec }) => `ttl ${ttlSec}`,
  endpoints: ({ endpoints }) => (endpoints ? '' : 'noendpoints'),
  ignoreEmptyService: ({ ignoreEmptyService }) => (ignoreEmptyService ? 'ignore empty_service' : ''),
  names: ({ names }) =>
    words(
      'names',
      names.map((name) => `${name}.{zone}`),
    ),
  namespaceRecords: ({ namespaceRecords: { txt, dnssd } }) =>
    [words('namespace_records txt limit', txt), words('namespace_records dnssd limit', dnssd)]
      .filter((line) => line !== '')
      .join(', '),
  iporder: ({ iporder }) => words('iporder', iporder),
  wildcards: ({ wildcards, search }) => `wildcards ${wildcards}${search && wildcards !== 'off' ? ' search' : ''}`,
}

function words(option: string, value: readonly string[] | string | number | undefined): string {
  const text = Array.isArray(value) ? value.join(' ') : `${value ?? ''}`
  return text === '' ? '' : `${option} ${text}`
}

function optionsOf(stanza: KubernetesStanza): ShapedZones['options'] {
  return Object.fromEntries(Object.values(LINES).map((line, at) => [Object.keys(LINES)[at], line(stanza)]))
}

/** For head. @param config the hash that it belongs to: one who does not know of this leaves it behind */
export function optionsText(config: string, stanzas: readonly KubernetesStanza[]): string {
  return JSON.stringify({ config, stanzas: stanzas.map((each) => ({ zones: each.zones, options: optionsOf(each) })) })
}

/** Much more than 32 stanzas say. */
const CHARACTERS_MAX = 256 * 1024

/** @returns undefined when head does not tell, or tells of another configuration than that of `config` */
export function readOptions(text: string, config: string): readonly ShapedZones[] | undefined {
  if (text.length > CHARACTERS_MAX) return undefined
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(read) || read['config'] !== config || !Array.isArray(read['stanzas'])) return undefined
  const stanzas: readonly unknown[] = read['stanzas']
  return stanzas.every(isShapedZones) ? stanzas : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isShapedZones(value: unknown): value is ShapedZones {
  if (!isRecord(value) || !Array.isArray(value['zones']) || !isRecord(value['options'])) return false
  return [...value['zones'], ...Object.values(value['options'])].every((each) => typeof each === 'string')
}

/**
 * Where a Corefile shapes records otherwise than what is published: `cluster.local.: "ttl 30", here "ttl 5"`. A stanza is held
 * against the one that a responder takes for it: that with just its zones, else the first that has the zone. A responder that
 * wants less of `wildcards` gets it, so that is no difference.
 */
export function differingOptions(own: readonly KubernetesStanza[], published: readonly ShapedZones[]): string[] {
  const seen = new Map<string, number>()
  return own.flatMap((stanza) => {
    const key = stanza.zones.join(' ')
    const ordinal = seen.get(key) ?? 0
    seen.set(key, ordinal + 1)
    const same = published.filter(({ zones }) => zones.join(' ') === key)[ordinal]
    if (same !== undefined) return differences(stanza.zones, stanza, same)
    const taken = (zone: string) => published.find(({ zones }) => zones.includes(zone))
    return published.flatMap((first) => {
      const zones = stanza.zones.filter((zone) => taken(zone) === first)
      return zones.length === 0 ? [] : differences(zones, stanza, first)
    })
  })
}

function differences(zones: readonly string[], stanza: KubernetesStanza, { options }: ShapedZones): string[] {
  const texts = Object.entries(optionsOf(stanza)).flatMap(([option, here]) => {
    const there = options[option]
    if (there === undefined || there === here || (option === 'wildcards' && isLess(here, there))) return []
    return [`${quoted(there)}, here ${quoted(here)}`]
  })
  return texts.length === 0 ? [] : [`${zones.map(shown).join(' ')}: ${texts.join('; ')}`]
}

const SCOPES = ['wildcards off', 'wildcards namespace', 'wildcards zone']
const SEARCH = ' search'

function isLess(here: string, there: string): boolean {
  const scope = (line: string) => SCOPES.indexOf(line.replace(SEARCH, ''))
  return scope(here) <= scope(there) && (there.endsWith(SEARCH) || !here.endsWith(SEARCH))
}

function quoted(line: string): string {
  return line === '' ? 'none' : `"${shown(line)}"`
}
