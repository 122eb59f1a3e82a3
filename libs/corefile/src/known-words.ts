/** What is no unknown word though zonecast does not do it: named in a Corefile it gets an error that says so. */

/** Directives of CoreDNS 1.14.7 (its plugin.cfg) that zonecast does not have. */
export const coreDnsDirectives = [
  'root',
  'metadata',
  'geoip',
  'cancel',
  'proxyproto',
  'quic',
  'grpc_server',
  'https',
  'https3',
  'timeouts',
  'reload',
  'bufsize',
  'debug',
  'trace',
  'pprof',
  'shed',
  'dnstap',
  'local',
  'dns64',
  'any',
  'chaos',
  'tsig',
  'rewrite',
  'autopath',
  'acl',
  'cache',
  'header',
  'dnssec',
  'minimal',
  'template',
  'transfer',
  'hosts',
  'route53',
  'azure',
  'clouddns',
  'k8s_external',
  'file',
  'auto',
  'secondary',
  'etcd',
  'loop',
  'forward',
  'grpc',
  'erratic',
  'on',
  'sign',
  'view',
  'nomad',
] as const

/** Schemes of CoreDNS's server blocks that zonecast does not have. */
export const coreDnsSchemes = ['grpc', 'quic', 'https3'] as const

export const schemes = ['dns', 'tls', 'https'] as const

export const defaultPorts = { dns: 53, tls: 853, https: 443 } as const

/** Why something is refused that a writer may well know. */
export const reasons = { coredns: 'CoreDNS knows it' } as const
