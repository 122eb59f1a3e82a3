/**
 * What an image holds, as objects: the compiler fills these in, `buildImage` lays them out, `readContent` reads them back.
 * Names here are text in lower case with dots between labels and no root dot; every label is 1..63 octets of ASCII
 * without escapes. Whoever fills a record in has checked that.
 */

/** A set of stanzas: bit i stands for stanza i of the feed. A feed has at most 32. */
export type StanzaSet = number

export interface Port {
  /** Lower case; '' for an unnamed port. */
  readonly name: string
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  /** 1..65535; 0 when the object gives none. */
  readonly number: number
}

export interface EndpointRecord {
  /** 4 or 16 octets. */
  readonly address: Uint8Array
  /** The labels below the service name, e.g. `web-0` or `10-0-0-1`; later `web-0.cluster1` too. */
  readonly name: string
  /** Index into the service record's `portSets`. */
  readonly portSet: number
  /** Topology zone, '' when unknown. */
  readonly zone: string
}

/**
 * cluster: has addresses of its own. headless: its endpoints' addresses. external: a CNAME to `target`.
 * reverse: gives PTR records only (slices without a service, services whose forward names do not exist).
 * inner: a name without data, above names of several labels; it may give PTR records as `reverse` does.
 */
export type ServiceKind = 'cluster' | 'headless' | 'external' | 'reverse' | 'inner'

/**
 * One service as some stanzas see it. A service that stanzas see differently (other selectors, other endpoint names) has
 * several records, whose `stanzas` do not overlap; one with no stanza at all is a tombstone (in a delta: it is gone).
 */
export interface ServiceRecord {
  /** One label, or several where an object asks for it; the first may be `*`, which makes it a wildcard (RFC 4592). */
  readonly service: string
  readonly namespace: string
  readonly stanzas: StanzaSet
  readonly kind: ServiceKind
  /** Of a further name of a service: the one that PTR and SRV records lead to. '' for that one itself. */
  readonly aliasOf: string
  /** ClusterIPs, 4 or 16 octets each, in the order of the object. At most 255 of each family. */
  readonly addresses: readonly Uint8Array[]
  /** Of load balancers and `externalIPs`, where they are published; likewise. */
  readonly externalAddresses: readonly Uint8Array[]
  /** The service's own ports; of a headless one only when it has external addresses. */
  readonly ports: readonly Port[]
  /** Port lists that endpoints point into. A port that counts twice (SRV weights) stands in a list twice. */
  readonly portSets: readonly (readonly Port[])[]
  /** No two with the same name and address. */
  readonly endpoints: readonly EndpointRecord[]
  /** Target of an external service, wire form with root label; else empty. */
  readonly target: Uint8Array
}

/** A namespace that exists for some stanzas; none: tombstone. */
export interface NamespaceRecord {
  readonly name: string
  readonly stanzas: StanzaSet
}

/** An address at which at least one pod of the namespace runs; no stanza: tombstone. */
export interface PodRecord {
  readonly namespace: string
  readonly address: Uint8Array
  readonly stanzas: StanzaSet
}

/** Records of a name that is no service, e.g. `dns-version`. */
export interface RRsetRecord {
  /** Relative to each zone of the stanzas. */
  readonly owner: string
  readonly stanzas: StanzaSet
  /** RR type; 0: the name exists without data. */
  readonly type: number
  readonly ttlSec: number
  /** Wire form, names uncompressed. */
  readonly rdata: readonly Uint8Array[]
}

export type PodMode = 'disabled' | 'insecure' | 'verified'

/** namespace: a wildcard in the place of the namespace matches nothing. */
export type WildcardScope = 'off' | 'namespace' | 'zone'

export interface ZoneRecord {
  /** Lower case, no root dot; '' is the root zone. Forward zones and reverse zones (below in-addr.arpa or ip6.arpa) alike. */
  readonly name: string
  readonly serial: number
}

/** What one `kubernetes` stanza says about answers. At least one of the zones is a forward zone. */
export interface StanzaRecord {
  readonly ttlSec: number
  readonly pods: PodMode
  /** How names of services are made, see `template.ts`; the first template names SRV and PTR targets. */
  readonly names: readonly string[]
  /** Of all services, where a template has no `{namespace}`; else ''. */
  readonly namespace: string
  /** External addresses stand before ClusterIPs and endpoints. */
  readonly externalFirst: boolean
  readonly wildcards: WildcardScope
  /** A name that nothing has is looked for in the labels of all names. */
  readonly search: boolean
  /** In the order of the Corefile; the first forward zone names PTR targets. */
  readonly zones: readonly ZoneRecord[]
}

/** What the specification says of names, and nothing beyond it: all that images of format 1 can say. */
export const SPECIFIED = {
  names: ['{service}.{namespace}.svc'],
  namespace: '',
  externalFirst: false,
  wildcards: 'off',
  search: false,
} as const satisfies Partial<StanzaRecord>

export interface ImageContent {
  readonly kind: 'base' | 'delta'
  readonly createdAtMs: number
  /** Feed name and the sources' resource versions; small. */
  readonly meta: Readonly<Record<string, string>>
  /** The same, serials apart, in a base and its deltas. */
  readonly stanzas: readonly StanzaRecord[]
  readonly namespaces: readonly NamespaceRecord[]
  readonly services: readonly ServiceRecord[]
  readonly pods: readonly PodRecord[]
  readonly rrsets: readonly RRsetRecord[]
}
