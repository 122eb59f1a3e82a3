/** The objects of a feed, from where its stanzas say: manifests or an API server. */
import type { KubernetesStanza } from '@zonecast/corefile'
import {
  diffObjects,
  type KubernetesError,
  type ManifestWatchOptions,
  type ObjectChange,
  ObjectMap,
  type ObjectStep,
  parseSelector,
  readManifests,
  type SlimOptions,
  watchManifests,
} from '@zonecast/kubernetes'
import type { SourceStatus } from '@zonecast/kubernetes/watch'
import type { FeedStanzas } from '@zonecast/responder-app'
import type { Tell } from './tell.ts'

export interface ObjectEvents {
  onStep(step: ObjectStep): void
  /** What a person should know. After 'error' the objects so far stay in service. */
  readonly tell: Tell
  /** Whether the objects are known as they are now; false at first. */
  onUp?(isUp: boolean): void
}

/** Objects that are being followed. */
export interface WatchedObjects {
  /** What is listed and watched at an API server; none where the objects come from manifests. */
  readonly sources: readonly SourceStatus[]
}

type Source = Pick<FeedStanzas, 'source' | 'stanzas'>

/**
 * Gives all objects and then their changes, until the signal aborts.
 * @throws KubernetesError when there is no way to the API server that could ever work
 */
export async function watchObjects(
  { source, stanzas }: Source,
  signal: AbortSignal,
  events: ObjectEvents,
): Promise<WatchedObjects> {
  const onWarning = (text: string) => events.tell('warning', text)
  if (source.kind === 'manifests') {
    await watchManifests(source.paths, { ...slimOptions(stanzas), signal, onWarning, ...manifestEvents(events) })
    return { sources: [] }
  }
  const { onStep } = events
  const onError = (error: KubernetesError) => events.tell('error', error.message, { code: error.code })
  const onUp = (isUp: boolean) => {
    const text = `the API server is ${isUp ? 'watched' : 'away or denies what is needed; answers go on from the last state'}`
    events.tell(isUp ? 'info' : 'warning', text)
    events.onUp?.(isUp)
  }
  // Most starts are from files, and what watches an API server takes a while to load.
  const { watchCluster } = await import('@zonecast/kubernetes/watch')
  return watchCluster({ address: source, limits: source.limits, stanzas, signal, onStep, onWarning, onError, onUp })
}

function manifestEvents(events: ObjectEvents): Pick<ManifestWatchOptions, 'onStep' | 'onError' | 'onRecovery'> {
  let isFirst = true
  return {
    onStep(step) {
      events.onStep(step)
      if (isFirst) events.onUp?.(true)
      isFirst = false
    },
    onError(error) {
      events.tell('error', error.message, { code: error.code })
      events.onUp?.(false)
    },
    onRecovery() {
      events.tell('info', 'the manifests are in service again as they are')
      events.onUp?.(true)
    },
  }
}

/**
 * All objects, once.
 * @throws AggregateError of what is wrong with manifests, or of what the API server said until `startup_timeout` was over
 */
export async function readObjects(source: Source, warn: (text: string) => void): Promise<readonly ObjectChange[]> {
  if (source.source.kind === 'manifests') {
    const { objects, faults, warnings } = await readManifests(source.source.paths, slimOptions(source.stanzas))
    if (faults.length > 0) throw new AggregateError(faults)
    for (const warning of warnings) warn(warning)
    return diffObjects(new ObjectMap(), objects)
  }
  const timeoutMs = Math.max(...source.stanzas.map(({ startupTimeoutMs }) => startupTimeoutMs))
  const watch = new AbortController()
  const synced = Promise.withResolvers<void>()
  const late = setTimeout(() => synced.resolve(), timeoutMs)
  const changes: ObjectChange[] = []
  const errors: Error[] = []
  let isSynced = false
  const events: ObjectEvents = {
    onStep(step) {
      if (isSynced) return
      changes.push(...step.changes)
      isSynced = step.synced
      if (isSynced) synced.resolve()
    },
    tell: (level, text) => (level === 'error' ? errors.push(new Error(text)) : level === 'warning' && warn(text)),
  }
  try {
    await watchObjects(source, watch.signal, events)
    await synced.promise
  } finally {
    clearTimeout(late)
    watch.abort()
  }
  if (!isSynced)
    throw new AggregateError([...errors, new Error(`the API server gave no objects in ${timeoutMs / 1000} s`)])
  return changes
}

/** What of the objects the stanzas look at. */
function slimOptions(stanzas: readonly KubernetesStanza[]): SlimOptions {
  const selectors = stanzas.flatMap(({ labels, namespaceLabels }) => [labels, namespaceLabels])
  const keys = selectors.flatMap((text) => (text === undefined ? [] : parseSelector(text).keys))
  return {
    labelKeys: new Set(keys),
    podNames: stanzas.some(({ endpointPodNames }) => endpointPodNames),
    externalAddresses: stanzas.some(({ iporder }) => iporder.includes('external')),
  }
}
