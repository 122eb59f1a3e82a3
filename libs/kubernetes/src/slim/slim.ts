/**
 * From a full API object, which may hold anything, to what DNS needs of it. Defaults that the API server fills in are
 * applied, so objects written by hand read like those of a cluster. What is not valid is left out with a warning; nothing
 * throws, and nothing of the full object is kept but strings (JSON.parse makes each string on its own, so they hold none
 * of the text that was parsed).
 */

import { isAddress, isDnsLabel, isDnsSubdomain, isObjectName } from '../names.ts'
import type { Kind, Namespace, ObjectChange, Pod, SlimObject } from '../objects.ts'
import { FieldReader, isObject, type Json, quote, type SlimWarning } from './field-reader.ts'
import { EndpointsReader } from './slim-endpoints.ts'
import { type Metadata, MetadataReader } from './slim-metadata.ts'
import { PortReader } from './slim-ports.ts'
import { slimService, slimServiceImport } from './slim-service.ts'

export interface SlimOptions {
  /** The label keys that selectors ask for; all are kept when absent. */
  readonly labelKeys?: ReadonlySet<string> | undefined
  /** Whether endpoints keep the names of their pods (for `endpoint_pod_names`); true when absent. */
  readonly podNames?: boolean | undefined
  /** Whether services keep `externalIPs` and `ingress` (for `iporder`); true when absent. */
  readonly externalAddresses?: boolean | undefined
}

/** The two fields that say what an object is. */
export interface TypeMeta {
  readonly apiVersion: string
  readonly kind: string
}

interface NeededKind {
  readonly kind: Kind | 'Endpoints'
  readonly isName: (text: string) => boolean
}

/** The kinds that DNS needs, by API group (in any version) and kind. */
const NEEDED_KINDS: ReadonlyMap<string, NeededKind> = new Map<string, NeededKind>([
  ['/Namespace', { kind: 'Namespace', isName: isDnsLabel }],
  ['/Service', { kind: 'Service', isName: isObjectName }],
  ['/Endpoints', { kind: 'Endpoints', isName: isObjectName }],
  ['/Pod', { kind: 'Pod', isName: isDnsSubdomain }],
  ['discovery.k8s.io/EndpointSlice', { kind: 'EndpointSlice', isName: isDnsSubdomain }],
  ['multicluster.x-k8s.io/ServiceImport', { kind: 'ServiceImport', isName: isDnsLabel }],
])

const ENDED_PHASES: readonly unknown[] = ['Succeeded', 'Failed', 'Unknown']

/** What a full object says it is; undefined when it does not. */
export function typeOf(full: Json): TypeMeta | undefined {
  const { apiVersion, kind } = full
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || kind === '') return undefined
  return { apiVersion, kind }
}

/** What the items of a typed list are, a `ServiceList` say; undefined for the kind `List` and what is no list. */
export function typeOfItems({ apiVersion, kind }: TypeMeta): TypeMeta | undefined {
  return kind.endsWith('List') && kind !== 'List' ? { apiVersion, kind: kind.slice(0, -'List'.length) } : undefined
}

/** One per source: repeated strings and lists are shared among all that it makes. */
export class Slimmer {
  readonly #fields: FieldReader
  readonly #metadata: MetadataReader
  readonly #ports = new PortReader()
  readonly #endpoints: EndpointsReader
  readonly #isExternalKept: boolean

  constructor(options: SlimOptions, onWarning: (warning: SlimWarning) => void) {
    this.#fields = new FieldReader(onWarning)
    this.#metadata = new MetadataReader(options.labelKeys)
    this.#endpoints = new EndpointsReader(this.#ports, options.podNames ?? true)
    this.#isExternalKept = options.externalAddresses ?? true
  }

  /**
   * The present state of what a full object stands for: one change; none for kinds that DNS does not need and for
   * objects without a valid name; several for some slices. `object` is undefined for what DNS must not see, e.g. a pod
   * that ended.
   * @param listed what the object is when it does not say so itself, as in a ServiceList.
   */
  slim(full: unknown, listed?: TypeMeta): readonly ObjectChange[] {
    const fields = this.#fields
    fields.begin(listed?.kind ?? 'Object')
    if (!isObject(full)) {
      fields.warn('', `${quote(full)} is no object`)
      return []
    }
    const type = typeOf(full) ?? listed
    if (type === undefined) {
      fields.warn('kind', 'apiVersion and kind do not say what it is; it is left out')
      return []
    }
    const needed = NEEDED_KINDS.get(groupKind(type))
    if (needed === undefined) return []
    fields.begin(needed.kind)
    const metadata = this.#metadata.read(fields, full, needed.kind, needed.isName)
    if (metadata === undefined) return []
    const objects = this.#objects(full, needed.kind, metadata)
    return objects.length > 0 ? objects.map(presentState) : [absentState(needed.kind, metadata)]
  }

  /** A Namespace as the API server would have it, for one that no object defines. */
  namespaceNamed(name: string): Namespace {
    return { kind: 'Namespace', name, labels: this.#metadata.namespaceLabels(name, {}) }
  }

  #objects(full: Json, kind: Kind | 'Endpoints', metadata: Metadata): readonly SlimObject[] {
    const fields = this.#fields
    switch (kind) {
      case 'Namespace':
        return [{ kind, name: metadata.name, labels: metadata.labels }]
      case 'Service':
        return slimService(fields, full, metadata, this.#ports, this.#isExternalKept)
      case 'EndpointSlice':
        return this.#endpoints.slices(fields, full, metadata)
      case 'Endpoints':
        return this.#endpoints.legacySlices(fields, full, metadata)
      case 'Pod':
        return slimPod(fields, full, metadata)
      case 'ServiceImport':
        return slimServiceImport(fields, full, metadata, this.#ports)
    }
  }
}

/** `discovery.k8s.io/v1` and `EndpointSlice` give `discovery.k8s.io/EndpointSlice`; the core group's name is ''. */
function groupKind({ apiVersion, kind }: TypeMeta): string {
  const slash = apiVersion.indexOf('/')
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`
}

function presentState(object: SlimObject): ObjectChange {
  const namespace = object.kind === 'Namespace' ? '' : object.namespace
  return { kind: object.kind, namespace, name: object.name, object }
}

function absentState(kind: Kind | 'Endpoints', { namespace, name }: Metadata): ObjectChange {
  if (kind === 'Endpoints') return { kind: 'EndpointSlice', namespace, name: `${name}/0`, object: undefined }
  return { kind, namespace, name, object: undefined }
}

/** Nothing for a pod that ended, is being deleted, or has no address. */
function slimPod(fields: FieldReader, full: Json, { namespace, name, labels }: Metadata): readonly Pod[] {
  const isDeleted = fields.inside(full, 'metadata', (metadata) => fields.text(metadata, 'deletionTimestamp') !== '')
  if (isDeleted) return []
  const podIPs = fields.inside(full, 'status', (status) => {
    if (ENDED_PHASES.includes(status['phase'])) return []
    const address = (parent: Json, key: string): string | undefined => {
      const text = fields.text(parent, key)
      if (text === '' || isAddress(text)) return text || undefined
      fields.warn(key, `${quote(text)} is no IP address`)
      return undefined
    }
    const listed = fields.eachObject(status, 'podIPs', (entry) => address(entry, 'ip'))
    if (listed.length > 0) return listed
    const one = address(status, 'podIP')
    return one === undefined ? [] : [one]
  })
  return podIPs.length === 0 ? [] : [{ kind: 'Pod', namespace, name, podIPs, labels }]
}
