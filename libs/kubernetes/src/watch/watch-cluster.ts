/**
 * The API server of a cluster as a source of objects: one list and watch for each resource that DNS needs, told together
 * as one stream of steps, the same that manifests give.
 */

import type { KubernetesError } from '../errors.ts'
import type { ObjectChange, ObjectStep } from '../objects.ts'
import type { SlimWarning } from '../slim/field-reader.ts'
import { Slimmer } from '../slim/slim.ts'
import { ApiClient } from './connection/api-client.ts'
import type { ClusterAddress } from './connection/credentials.ts'
import type { RateLimits } from './connection/rate-limit.ts'
import { planWatch, type Selection } from './plan.ts'
import { describeScope, type ResourceName, type SourceScope } from './resource.ts'
import { Source } from './source.ts'
import type { SourceCounts, SourceState, SourceTimes } from './source-options.ts'

export interface ClusterWatchOptions {
  readonly address: ClusterAddress
  readonly limits?: RateLimits
  /** What is selected by those for whom the cluster is watched. */
  readonly stanzas: readonly Selection[]
  /** Ends the watch. */
  readonly signal: AbortSignal
  /**
   * Steps hold what is new, different or gone. They are synced once namespaces, services and endpoints have been read;
   * pods and imports too, unless the server has them not or denies them.
   */
  readonly onStep: (step: ObjectStep) => void
  /** Something is to be looked at; what was told stays in service. Each problem is told once until all is well again. */
  readonly onError: (error: KubernetesError) => void
  readonly onWarning: (text: string) => void
  /**
   * Whether every source is watched, but for pods and imports that are switched off and namespaces that are taken to
   * exist. Told when it changes; false at first.
   */
  readonly onUp?: (isUp: boolean) => void
  readonly times?: Partial<SourceTimes>
  readonly pageSize?: number
  /** Whether to ask for streamed lists first; true when absent. */
  readonly streamsLists?: boolean
  /** 0 to below 1; Math.random when absent. */
  readonly random?: () => number
}

export interface SourceStatus {
  readonly resource: ResourceName
  /** '' for all. */
  readonly namespace: string
  readonly state: SourceState
  readonly counts: Readonly<SourceCounts>
}

/** A cluster that is being watched, for metrics. */
export interface ClusterWatch {
  readonly isUp: boolean
  readonly isSynced: boolean
  readonly sources: readonly SourceStatus[]
  /** Settles when the watch has ended, after its signal aborted. */
  readonly ended: Promise<void>
}

const TIMES: SourceTimes = {
  retryMinMs: 200,
  // Few workers watch, so a server that is back is asked little, and what changed meanwhile does not wait.
  retryMaxMs: 5000,
  offRetryMaxMs: 60_000,
  idleMs: 150_000,
  watchMs: 300_000,
  auditMs: 600_000,
  auditGraceMs: 5000,
}
const PAGE_SIZE = 500
const WARNINGS_MAX = 1000
/** Of one outage; what comes on top says no more. */
const PROBLEMS_MAX = 100

/**
 * Settles when the connection is known; the first step comes later. Goes on until the signal aborts.
 * @throws KubernetesError bad-credentials, no-cluster, selector-syntax
 */
export async function watchCluster(options: ClusterWatchOptions): Promise<ClusterWatch> {
  const plan = planWatch(options.stanzas)
  const client = await ApiClient.open(options.address, options.limits ?? {}, options.signal)
  return new ClusterSources(client, plan, options)
}

class ClusterSources implements ClusterWatch {
  isUp = false
  isSynced = false
  readonly ended: Promise<void>
  readonly #options: ClusterWatchOptions
  readonly #sources: readonly Source[]
  readonly #slimmer: Slimmer
  /** The sources that met a problem and do not watch again, by what was told of it. */
  readonly #problems = new Map<string, Set<Source>>()
  readonly #toldWarnings = new Set<string>()

  constructor(client: ApiClient, { sources, slim }: ReturnType<typeof planWatch>, options: ClusterWatchOptions) {
    this.#options = options
    this.#slimmer = new Slimmer(slim, (warning) => this.#warn(textOf(warning)))
    this.#sources = sources.map((scope) => this.#source(scope, client))
    this.ended = Promise.all(this.#sources.map((source) => source.run(options.signal))).then(() => {})
  }

  get sources(): readonly SourceStatus[] {
    return this.#sources.map(({ scope, state, counts }) => ({
      resource: scope.resource.name,
      namespace: scope.namespace,
      state,
      counts: { ...counts },
    }))
  }

  #source(scope: SourceScope, client: ApiClient): Source {
    const { resource, namespace } = scope
    const isOneNamespace = resource.kind === 'Namespace' && namespace !== ''
    const object = isOneNamespace ? this.#slimmer.namespaceNamed(namespace) : undefined
    const { times, pageSize = PAGE_SIZE, streamsLists = true, random = Math.random } = this.#options
    const source: Source = new Source(scope, {
      client,
      times: { ...TIMES, ...times },
      pageSize,
      streamsLists,
      random,
      slim: (full, listed) => this.#slimmer.slim(full, listed),
      onChanges: (changes) => this.#tell(changes),
      onState: () => this.#look(source),
      onError: (error) => this.#fail(source, error),
      onWarning: this.#options.onWarning,
      assumed: object && (() => [{ kind: 'Namespace', namespace: '', name: namespace, object }]),
    })
    return source
  }

  #tell(changes: readonly ObjectChange[]): void {
    const isFirst = !this.isSynced
    this.isSynced ||= this.#sources.every((source) => source.isSettled)
    if (changes.length > 0 || (isFirst && this.isSynced)) this.#options.onStep({ changes, synced: this.isSynced })
  }

  /** A source may be in another state. */
  #look(source: Source): void {
    if (source.state === 'watching') this.#forget(source)
    // One that was switched off may be the last that the start waited for.
    if (!this.isSynced) this.#tell([])
    const isUp = this.isSynced && this.#sources.every((one) => one.isCurrent)
    if (isUp === this.isUp) return
    this.isUp = isUp
    this.#options.onUp?.(isUp)
  }

  /** Told once, by however many sources it is met, until all of them watch again. */
  #fail(source: Source, error: KubernetesError): void {
    // A right that is missing is another one for each resource and namespace; else a server may give each refusal a
    // number of its own.
    const problem =
      error.code === 'forbidden' ? describeScope(source.scope) : error.message.replace(/\w*\d[\w-]*/g, '#')
    const met = this.#problems.get(problem)
    if (met !== undefined) met.add(source)
    else if (this.#problems.size < PROBLEMS_MAX) {
      this.#problems.set(problem, new Set([source]))
      this.#options.onError(error)
    }
  }

  #forget(source: Source): void {
    for (const [problem, met] of this.#problems)
      if (met.delete(source) && met.size === 0) this.#problems.delete(problem)
  }

  #warn(text: string): void {
    if (this.#toldWarnings.has(text) || this.#toldWarnings.size >= WARNINGS_MAX) return
    this.#toldWarnings.add(text)
    this.#options.onWarning(text)
    if (this.#toldWarnings.size === WARNINGS_MAX)
      this.#options.onWarning(`these are ${WARNINGS_MAX} warnings about objects; no more are told until a restart`)
  }
}

function textOf({ object, field, problem }: SlimWarning): string {
  return [object, field, problem].filter((part) => part !== '').join(': ')
}
