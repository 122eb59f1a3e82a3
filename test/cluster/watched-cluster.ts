/** A cluster as its watch tells it: the steps so far, taken together. */

import {
  type ClusterAddress,
  type ClusterWatch,
  type ClusterWatchOptions,
  type Kind,
  type KubernetesError,
  ObjectMap,
  type ObjectStep,
  type ResourceName,
  type Selection,
  type SlimObject,
  type SourceCounts,
} from '@zonecast/kubernetes'
import { watchCluster } from '@zonecast/kubernetes/watch'

export interface WatchSettings extends Pick<ClusterWatchOptions, 'times' | 'pageSize' | 'streamsLists' | 'limits'> {
  readonly address: ClusterAddress
  readonly stanzas: readonly Selection[]
}

const UNTIL_MS = 20_000
const QUICK = { retryMinMs: 5, retryMaxMs: 100, offRetryMaxMs: 100, auditGraceMs: 1000 }

export class WatchedCluster {
  readonly steps: ObjectStep[] = []
  readonly errors: KubernetesError[] = []
  readonly warnings: string[] = []
  /** Each time that it came up or went down. */
  readonly ups: boolean[] = []
  readonly objects = new ObjectMap()
  readonly #end = new AbortController()
  #watch: ClusterWatch | undefined
  #wake: () => void = () => {}

  static async open({ times, ...settings }: WatchSettings): Promise<WatchedCluster> {
    const watched = new WatchedCluster()
    const note =
      <Value>(list: Value[]) =>
      (value: Value): void => {
        list.push(value)
        watched.#wake()
      }
    watched.#watch = await watchCluster({
      ...settings,
      times: { ...QUICK, ...times },
      signal: watched.#end.signal,
      onStep(step) {
        watched.#apply(step)
        note(watched.steps)(step)
      },
      onError: note(watched.errors),
      onWarning: note(watched.warnings),
      onUp: note(watched.ups),
    })
    return watched
  }

  /** Changes told since it was synced. */
  get changes(): number {
    return this.steps.reduce((sum, step) => sum + (step.synced ? step.changes.length : 0), 0)
  }

  get isUp(): boolean {
    return this.#watch?.isUp ?? false
  }

  async close(): Promise<void> {
    this.#end.abort()
    await this.#watch?.ended
  }

  async synced(): Promise<void> {
    await this.until(() => this.steps.at(-1)?.synced === true)
    await this.until(() => this.isUp)
  }

  /** Throws when it does not come true; says then how things stand. */
  async until(condition: () => boolean): Promise<void> {
    const endMs = performance.now() + UNTIL_MS
    while (!condition()) {
      if (performance.now() > endMs) {
        const standing = { errors: this.errors.map(String), warnings: this.warnings, sources: this.#watch?.sources }
        throw new Error(`waited in vain for ${condition}: ${JSON.stringify(standing)}`)
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 10)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  get(kind: Kind, namespace: string, name: string): SlimObject | undefined {
    return this.objects.get(kind, namespace, name)
  }

  /** In order; without what Kubernetes makes by itself. */
  names(kind: Kind, namespace: string): string[] {
    const isOf = (object: SlimObject) => object.kind === 'Namespace' || object.namespace === namespace
    const own = (name: string) => kind !== 'Namespace' || !(name === 'default' || name.startsWith('kube-'))
    return [...this.objects.ofKind(kind)]
      .filter(isOf)
      .map((object) => object.name)
      .filter(own)
      .sort()
  }

  /** Of all slices of a service. */
  addresses(namespace: string, serviceName: string): string[] {
    const slices = [...this.objects.ofKind('EndpointSlice')].filter(
      (one) => one.kind === 'EndpointSlice' && one.namespace === namespace && one.serviceName === serviceName,
    )
    return slices.flatMap((one) => (one.kind === 'EndpointSlice' ? one.endpoints.flatMap((end) => end.addresses) : []))
  }

  /** Of all sources of a resource together. */
  counts(resource: ResourceName): SourceCounts {
    const all = (this.#watch?.sources ?? []).filter((source) => source.resource === resource)
    const sum: SourceCounts = {
      lists: 0,
      watches: 0,
      events: 0,
      octets: 0,
      failures: 0,
      relists: 0,
      audits: 0,
      drift: 0,
    }
    for (const { counts } of all) {
      for (const key of Object.keys(sum) as (keyof SourceCounts)[]) sum[key] += counts[key]
    }
    return sum
  }

  #apply({ changes }: ObjectStep): void {
    for (const { kind, namespace, name, object } of changes) {
      if (object === undefined) this.objects.delete(kind, namespace, name)
      else this.objects.set(object)
    }
  }
}
