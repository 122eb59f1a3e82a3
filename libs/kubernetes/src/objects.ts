/**
 * The slim objects: of each Kubernetes API object only the fields that DNS needs, spelled as the API spells them. Every
 * source (manifests, a watch) turns full objects into these at once and keeps nothing else.
 */

export type Labels = Readonly<Record<string, string>>

export interface Namespace {
  readonly kind: 'Namespace'
  readonly name: string
  readonly labels: Labels
}

export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/** `name` is '' for an unnamed port; `port` is undefined when a slice's port has no number. */
export interface Port {
  readonly name: string
  readonly protocol: Protocol
  readonly port: number | undefined
}

export interface Service {
  readonly kind: 'Service'
  readonly namespace: string
  readonly name: string
  /** 'ClusterIP' also stands for NodePort and LoadBalancer; 'Headless' is a service whose clusterIP is None. */
  readonly type: 'ClusterIP' | 'Headless' | 'ExternalName'
  /** Address texts; empty for headless and ExternalName services and before one is allocated. */
  readonly clusterIPs: readonly string[]
  /** As written, which may be no host name; '' unless `type` is 'ExternalName'. */
  readonly externalName: string
  readonly ports: readonly Port[]
  readonly labels: Labels
  /** Only those under zonecast.dev/. */
  readonly annotations: Labels
  /** Address texts; as `ingress` empty when nobody publishes them. */
  readonly externalIPs: readonly string[]
  /** `status.loadBalancer.ingress`: IP texts or hostnames. */
  readonly ingress: readonly string[]
  /** Milliseconds since the epoch, 0 when the object does not say. */
  readonly creationTimestamp: number
}

export interface Endpoint {
  readonly addresses: readonly string[]
  /** '' when not set. */
  readonly hostname: string
  /** `targetRef.name` when the target is a Pod, else ''. */
  readonly podName: string
  /** Topology zone, '' when not set. */
  readonly zone: string
}

export interface EndpointSlice {
  readonly kind: 'EndpointSlice'
  readonly namespace: string
  /** `NAME/…` when one object gives several slices: each subset of an Endpoints, the multicluster side of a slice that has both. */
  readonly name: string
  /** Value of the label kubernetes.io/service-name (or of the multicluster one). */
  readonly serviceName: string
  /** True when it was made of a legacy Endpoints object: used only for a service that has no EndpointSlice. */
  readonly legacy: boolean
  /** CLUSTERID of a multicluster slice, else ''. */
  readonly sourceCluster: string
  readonly ports: readonly Port[]
  /** Only those whose `conditions.ready` is true or absent. */
  readonly endpoints: readonly Endpoint[]
  readonly labels: Labels
}

/** Only pods that run (phase not Succeeded, Failed or Unknown; not being deleted) and have an address become slim pods. */
export interface Pod {
  readonly kind: 'Pod'
  readonly namespace: string
  readonly name: string
  readonly podIPs: readonly string[]
  readonly labels: Labels
}

export interface ServiceImport {
  readonly kind: 'ServiceImport'
  readonly namespace: string
  readonly name: string
  readonly type: 'ClusterSetIP' | 'Headless'
  readonly clusterIPs: readonly string[]
  readonly ports: readonly Port[]
  readonly labels: Labels
}

export type SlimObject = Namespace | Service | EndpointSlice | Pod | ServiceImport
export type Kind = SlimObject['kind']

/** One object's present state: `object` is undefined when it is gone. Carries state, never the event behind it. */
export interface ObjectChange {
  readonly kind: Kind
  /** '' for a Namespace. */
  readonly namespace: string
  readonly name: string
  readonly object: SlimObject | undefined
  /** Of endpoints: when what changed them happened, ms since 1970, where a watch says so. Nobody keeps it. */
  readonly triggeredAtMs?: number
}

/**
 * A step of a source: changes that belong together. `synced` is false until everything that was there at the start has
 * been given; the first step with `synced` true ends the start.
 */
export interface ObjectStep {
  readonly changes: readonly ObjectChange[]
  readonly synced: boolean
}
