/** The times that brought the changes since the last content about, and the kinds of the services that they changed. */
import type { Trigger } from '@zonecast/image'
import type { ObjectChange } from '@zonecast/kubernetes'
import type { Cluster } from './cluster/cluster.ts'
import type { ServiceEntry } from './cluster/entries.ts'

/** So much is remembered while nothing is compiled; an image tells of fewer. */
const NOTED_MAX = 256

export class Triggers {
  #noted: { readonly entry: ServiceEntry; readonly atMs: number }[] = []

  /** After the change was applied. */
  note({ namespaces }: Cluster, { kind, namespace, name, triggeredAtMs: atMs }: ObjectChange): void {
    if (kind !== 'EndpointSlice' || atMs === undefined || this.#noted.length >= NOTED_MAX) return
    const entry = namespaces.get(namespace)?.slices.get(name)
    if (entry !== undefined) this.#noted.push({ entry, atMs })
  }

  /** Gives what was noted and begins anew. Of a service that is not known, as CoreDNS does, nothing is told. */
  take(): Trigger[] {
    const noted = this.#noted
    this.#noted = []
    return noted.flatMap(({ entry: { service }, atMs }): Trigger[] => {
      if (service?.kind === 'headless') return [{ serviceKind: 'headless_with_selector', atMs }]
      return service?.kind === 'cluster' ? [{ serviceKind: 'cluster_ip', atMs }] : []
    })
  }
}
