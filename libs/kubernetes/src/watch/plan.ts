/**
 * Which sources the stanzas of one cluster need. What every stanza asks for alike goes to the server; else one unselected
 * watch serves all and each stanza filters for itself.
 */

import { parseSelector } from '../selector.ts'
import type { SlimOptions } from '../slim/slim.ts'
import { RESOURCES, type ResourceName, type SourceScope } from './resource.ts'

/** What a `kubernetes` stanza selects of the cluster. */
export interface Selection {
  /** Empty: all. */
  readonly namespaces: readonly string[]
  /** Label selectors; undefined: all. */
  readonly namespaceLabels: string | undefined
  readonly labels: string | undefined
  readonly pods: 'disabled' | 'insecure' | 'verified'
  readonly endpointPodNames: boolean
  /** False when it shows no endpoints. */
  readonly endpoints: boolean
  /** Which addresses services publish; internal ones alone when absent. */
  readonly iporder?: readonly ('internal' | 'external')[]
  /** Whether it shows ServiceImports; false when absent. */
  readonly imports?: boolean
}

export interface WatchPlan {
  readonly sources: readonly SourceScope[]
  /** What the stanzas look at in an object. */
  readonly slim: SlimOptions
}

/** @throws KubernetesError selector-syntax */
export function planWatch(stanzas: readonly Selection[]): WatchPlan {
  const namespaces = common(stanzas.map((stanza) => [...new Set(stanza.namespaces)].sort())) ?? []
  const namespaceLabels = common(stanzas.map((stanza) => stanza.namespaceLabels))
  const labels = common(stanzas.map((stanza) => stanza.labels))
  const names: ResourceName[] = ['namespaces', 'services']
  if (stanzas.some((stanza) => stanza.endpoints)) names.push('endpointslices')
  if (stanzas.some((stanza) => stanza.pods === 'verified')) names.push('pods')
  if (stanzas.some((stanza) => stanza.imports)) names.push('serviceimports')

  const sources = names.flatMap((name) =>
    (namespaces.length === 0 ? [''] : namespaces).map(
      (namespace): SourceScope => ({
        resource: RESOURCES[name],
        namespace,
        labelSelector: selectorFor(name, namespaceLabels, labels),
      }),
    ),
  )
  return {
    sources,
    slim: {
      labelKeys: labelKeysOf(stanzas),
      podNames: stanzas.some((stanza) => stanza.endpointPodNames),
      externalAddresses: stanzas.some((stanza) => stanza.iporder?.includes('external')),
    },
  }
}

/** ServiceImports are exported by other clusters, whose labels `labels` does not speak of. */
function selectorFor(name: ResourceName, namespaceLabels: string | undefined, labels: string | undefined) {
  if (name === 'serviceimports') return undefined
  return name === 'namespaces' ? namespaceLabels : labels
}

/** The value that all have; undefined when they differ. */
function common<Value>(values: readonly Value[]): Value | undefined {
  const [first] = values
  return values.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : undefined
}

function labelKeysOf(stanzas: readonly Selection[]): ReadonlySet<string> {
  const selectors = stanzas.flatMap(({ labels, namespaceLabels }) => [labels, namespaceLabels])
  return new Set(selectors.flatMap((text) => (text === undefined ? [] : parseSelector(text).keys)))
}
