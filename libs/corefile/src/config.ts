/**
 * What a Corefile says, as types: the frozen result of `parseCorefile`. Zones are absolute, in lower case, with the
 * trailing dot; CIDR prefixes have become the reverse zones that cover them; every directive knows where it stands.
 */

export interface Position {
  /** As it was named on the command line or by `import`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units; a tab is one. */
  readonly column: number
}

/** dns: UDP and TCP; tls: DNS over TLS (RFC 7858); https: DNS over HTTPS (RFC 8484). */
export type Scheme = 'dns' | 'tls' | 'https'

/** One zone that a server block serves, and where. */
export interface ServerKey {
  readonly scheme: Scheme
  readonly zone: string
  /** 0..65535; 0 lets the system choose. */
  readonly port: number
  readonly position: Position
}

/** `host` is '' for all addresses, else an address or a host name. */
export interface HostPort {
  readonly host: string
  /** 0..65535. */
  readonly port: number
}

/** An address in its shortest spelling, or the name of an interface, which stands for all addresses that it has. */
export type BindTarget =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'interface'; readonly name: string }

/** A block may hold several; what they name adds up, `except` counts for its own directive only. */
export interface BindDirective {
  readonly position: Position
  readonly targets: readonly BindTarget[]
  readonly except: readonly BindTarget[]
}

export type ClientAuth = 'nocert' | 'request' | 'require_and_verify'

/** Paths as written: relative ones start from the working directory, as they do in CoreDNS. */
export interface TlsDirective {
  readonly position: Position
  readonly cert: string
  readonly key: string
  readonly ca: string | undefined
  readonly clientAuth: ClientAuth
}

export interface MultisocketDirective {
  readonly position: Position
  /** 1..1024; undefined: one per core. */
  readonly sockets: number | undefined
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/** Errors that match `pattern` are counted for `periodMs` and then told in one line. */
export interface Consolidation {
  readonly periodMs: number
  readonly pattern: RegExp
  readonly level: LogLevel
  readonly showFirst: boolean
}

export interface ErrorsDirective {
  readonly position: Position
  readonly stacktrace: boolean
  /** The first one that matches takes the error. */
  readonly consolidate: readonly Consolidation[]
}

export type LogPlaceholder =
  | 'type'
  | 'name'
  | 'class'
  | 'proto'
  | 'remote'
  | 'local'
  | 'size'
  | 'port'
  | 'duration'
  | 'rcode'
  | 'rsize'
  | '>rflags'
  | '>bufsize'
  | '>do'
  | '>id'
  | '>opcode'
  | '/log/class'
  | '/log/type'

export type LogPart = { readonly literal: string } | { readonly placeholder: LogPlaceholder }

/** success: an answer; denial: NXDOMAIN or NODATA; error: every other RCODE. */
export type ResponseClass = 'all' | 'success' | 'denial' | 'error'

/** A block may hold several; the first one with a zone that holds the name of the question counts. */
export interface LogDirective {
  readonly position: Position
  /** ['.'] for all. */
  readonly zones: readonly string[]
  readonly format: readonly LogPart[]
  /** Never empty. */
  readonly classes: readonly ResponseClass[]
}

export interface ReadyDirective {
  readonly position: Position
  readonly address: HostPort
  /** until-ready: what was ready once is not asked again. */
  readonly monitor: 'until-ready' | 'continuously'
}

export interface HealthDirective {
  readonly position: Position
  readonly address: HostPort
  /** How long to go on answering after the signal to stop. */
  readonly lameduckMs: number
}

/** Without the directive the order of addresses rotates too. */
export interface LoadbalanceDirective {
  readonly position: Position
  readonly policy: 'round_robin' | 'off'
}

export interface NsidDirective {
  readonly position: Position
  /** Undefined: the host's name. */
  readonly data: string | undefined
}

export interface WhoamiDirective {
  readonly position: Position
}

/** Of a connection to an API server; paths as written: relative ones start from the working directory, as they do in CoreDNS. */
export interface ApiServerTls {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** Undefined: the client's own. */
export interface ApiServerLimits {
  /** Requests a second. */
  readonly qps: number | undefined
  readonly burst: number | undefined
  readonly maxInflight: number | undefined
}

/**
 * Where a stanza's objects come from. manifests: paths and globs, relative ones resolved against the file that names them; at
 * least one. in-cluster: the API server and the account that the pod is given.
 */
export type ObjectSource =
  | { readonly kind: 'manifests'; readonly paths: readonly string[] }
  | {
      readonly kind: 'endpoint'
      readonly url: string
      readonly tls: ApiServerTls | undefined
      readonly limits: ApiServerLimits
    }
  | {
      readonly kind: 'kubeconfig'
      readonly file: string
      readonly context: string | undefined
      readonly limits: ApiServerLimits
    }
  | { readonly kind: 'in-cluster'; readonly limits: ApiServerLimits }

/** internal: ClusterIPs, or the endpoints of a headless service. external: of load balancers, then `externalIPs`. */
export type AddressClass = 'internal' | 'external'

/** Records of the namespaces themselves, by how many they are at most; undefined: there are none. */
export interface NamespaceRecords {
  /** A TXT record with a string for each service. */
  readonly txt: number | undefined
  /** PTR records for each type of port (RFC 6763). */
  readonly dnssd: number | undefined
}

export interface KubernetesStanza {
  readonly position: Position
  readonly source: ObjectSource
  /** In the order of the Corefile: `forwardZones` and `reverseZones` together. */
  readonly zones: readonly string[]
  /** At least one; the first one names PTR targets. */
  readonly forwardZones: readonly string[]
  /** At or below in-addr.arpa. and ip6.arpa. */
  readonly reverseZones: readonly string[]
  /** Empty: all. Never set together with `namespaceLabels`. */
  readonly namespaces: readonly string[]
  /** Label selector; undefined: all. */
  readonly namespaceLabels: string | undefined
  /** Label selector on services, slices and pods; undefined: all. */
  readonly labels: string | undefined
  readonly pods: 'disabled' | 'insecure' | 'verified'
  readonly endpointPodNames: boolean
  /** 0..3600. */
  readonly ttlSec: number
  /** False with `noendpoints`. */
  readonly endpoints: boolean
  /** Zones below which NXDOMAIN is handed to the next handler: ['.'] for all, undefined for none. */
  readonly fallthrough: readonly string[] | undefined
  readonly ignoreEmptyService: boolean
  /** Templates of services' names, without `{zone}`: `{service}.{namespace}.svc`. At least one; the first names targets. */
  readonly names: readonly string[]
  readonly namespaceRecords: NamespaceRecords
  /** The addresses that services publish, and in which order; at least one, none twice. */
  readonly iporder: readonly AddressClass[]
  readonly wildcards: WildcardScope
  /** A name that nothing has is looked for in the labels of all names. */
  readonly search: boolean
  /** Of records in an answer to a question with wildcards. 1..4000. */
  readonly wildcardLimit: number
  /** Prefixes such as `10.0.0.0/8` of the clients for whom there are wildcards; empty: all clients. */
  readonly wildcardClients: readonly string[]
  readonly startupTimeoutMs: number
  /** Options that ask for what images of format 1 cannot say. */
  readonly beyondFormat1: readonly { readonly option: string; readonly position: Position }[]
}

/** namespace: a wildcard in the place of the namespace matches nothing. */
export type WildcardScope = 'off' | 'namespace' | 'zone'

/** What the line of `wildcards` says. */
export interface WildcardsOption {
  readonly scope: WildcardScope
  readonly search: boolean
  readonly limit: number
  readonly clients: readonly string[]
}

/** Where a secret stands; the Corefile never holds one. */
export type SecretSource =
  | { readonly kind: 'file'; readonly path: string }
  /** An environment variable. */
  | { readonly kind: 'env'; readonly name: string }

/** A Redis server of its own; the sentinels of a master; some nodes of a Redis Cluster. */
export type RedisTopology =
  | { readonly kind: 'server' }
  | {
      readonly kind: 'sentinel'
      readonly master: string
      readonly user: SecretSource | undefined
      readonly password: SecretSource | undefined
    }
  | { readonly kind: 'cluster' }

/** Files (PEM). With `ca` undefined the authorities of the system count. */
export interface RedisTls {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}

export interface RedisServers {
  readonly topology: RedisTopology
  /** At least one, none twice; exactly one of a `server`. `host` is never ''. */
  readonly addresses: readonly HostPort[]
  /** Undefined: without TLS (`redis://`). */
  readonly tls: RedisTls | undefined
  readonly user: SecretSource | undefined
  readonly password: SecretSource | undefined
}

export interface FeedDirective {
  readonly position: Position
  readonly redis: RedisServers
  /** Part of the feed's keys in Redis. */
  readonly name: string
  /** Where the last state is kept, for a start without Redis. */
  readonly cache: string | undefined
  /** How long changes are gathered at most while a publish is on its way. */
  readonly batchMs: number
  /** What a responder does once it has heard nothing for so long; undefined: it goes on answering. */
  readonly maxStaleness: { readonly ageMs: number; readonly action: 'serve' | 'servfail' } | undefined
  /** How many bases are kept in Redis, at least 2. */
  readonly history: number
  /** What `sync` does about a Redis that may evict keys: refuses to start, or warns. */
  readonly eviction: 'refuse' | 'warn'
  /** What `sync` writes: the format of the feed and of its images. */
  readonly format: 1 | 2
  /** Where `sync` shows its jobs; undefined: nowhere. */
  readonly admin: HostPort | undefined
}

/** Several blocks may name one address. */
export interface PrometheusDirective {
  readonly position: Position
  readonly address: HostPort
}

export interface ServerBlock {
  /** Of the first key. */
  readonly position: Position
  /** At least one. */
  readonly keys: readonly ServerKey[]
  /** Empty: all addresses. */
  readonly bind: readonly BindDirective[]
  readonly tls: TlsDirective | undefined
  readonly multisocket: MultisocketDirective | undefined
  readonly errors: ErrorsDirective | undefined
  readonly log: readonly LogDirective[]
  readonly ready: ReadyDirective | undefined
  readonly health: HealthDirective | undefined
  readonly loadbalance: LoadbalanceDirective | undefined
  readonly nsid: NsidDirective | undefined
  readonly whoami: WhoamiDirective | undefined
  readonly kubernetes: KubernetesStanza | undefined
  readonly feed: FeedDirective | undefined
  readonly prometheus: PrometheusDirective | undefined
}

/** Something that is allowed but may not be what was meant. */
export interface Warning {
  readonly position: Position
  /** Position included: `Corefile:3:5: …`. */
  readonly message: string
}

export interface Configuration {
  /** The Corefile as it was named. */
  readonly file: string
  /** At least one, in the order of the Corefile. */
  readonly blocks: readonly ServerBlock[]
  readonly warnings: readonly Warning[]
  /** The Corefile and every file that it imports, for whoever wants to watch them. */
  readonly files: readonly string[]
}
