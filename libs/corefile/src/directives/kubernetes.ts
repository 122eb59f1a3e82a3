import { list, none, one, words } from '../arguments/arguments.ts'
import { iporder } from '../arguments/iporder.ts'
import {
  duration,
  httpUrl,
  integer,
  namespace as namespaceKind,
  oneOf,
  pathBeside,
  positiveNumber,
  zones as zonesKind,
} from '../arguments/kinds.ts'
import { labelPairs, selector } from '../arguments/label-selector.ts'
import { checkTemplates, nameTemplate, specifiedName } from '../arguments/name-template.ts'
import { namespaceRecords } from '../arguments/namespace-records.ts'
import { notYet, option, repeatable } from '../arguments/option.ts'
import type { ApiServerLimits, KubernetesStanza, NamespaceRecords, ObjectSource, Position } from '../config.ts'
import type { Context, Values } from '../schema.ts'
import { isReverse } from '../values/zone.ts'
import { directive } from './directive.ts'
import { wildcards } from './wildcards.ts'

const options = {
  manifests: repeatable(
    list(pathBeside, 1),
    `Reads objects from YAML and JSON files instead of an API server, and again when they change. Relative paths start from
the folder of the file that names them.`,
  ),
  endpoint: option(
    one(httpUrl),
    'The API server to watch. Without it and without `kubeconfig` and `manifests` it is that of the cluster whose pod this is.',
  ),
  tls: option(
    words([
      ['CERT', 'a file with the client certificate'],
      ['KEY', 'a file with its key'],
      ['CACERT', 'a file with the authority of the API server'],
    ]),
    'Files for the connection to `endpoint`. Relative paths start from the working directory, as with CoreDNS.',
  ),
  kubeconfig: option(
    words(
      [
        ['FILE', 'a kubeconfig file'],
        ['CONTEXT', 'a context of it'],
      ],
      1,
    ),
    'Names the API server and the account. A relative path starts from the working directory, as with CoreDNS.',
  ),
  apiserver_qps: option(one(positiveNumber), 'Requests a second to the API server; 0 leaves it to the client.'),
  apiserver_burst: option(
    one(integer('NUMBER', 0, 1_000_000)),
    'Requests at once above that; 0 leaves it to the client.',
  ),
  apiserver_max_inflight: option(
    one(integer('NUMBER', 0, 1_000_000)),
    'Requests under way at one time; 0 for no limit.',
  ),
  namespaces: repeatable(list(namespaceKind, 1), 'Only these namespaces exist; without it all do.'),
  namespace_labels: option(selector, 'Only namespaces that match exist.'),
  labels: option(selector, 'Only services, slices and pods that match exist.'),
  label: option(
    labelPairs,
    'The same, in the spelling of the first middleware: `"KEY" : "VALUE"`, with commas between pairs.',
  ),
  pods: option(
    one(oneOf(['disabled', 'insecure', 'verified']), 'disabled'),
    `Names of pods such as \`10-0-0-7.shop.pod.cluster.local\`: none, any address in a namespace that exists, or only addresses
of pods that run there.`,
  ),
  endpoint_pod_names: option(none(), 'Endpoints without a hostname are named for their pod, not their address.'),
  ttl: option(one(integer('SECONDS', 0, 3600), 5), 'TTL of records, and how long a missing name is remembered.'),
  noendpoints: option(none(), 'No names for endpoints, and none for headless services.'),
  fallthrough: option(
    list(zonesKind, 0),
    'Names that do not exist are handed to the next directive: in these zones, or in all when none is named.',
  ),
  names: repeatable(
    { ...list(nameTemplate, 1), shownInitial: '{service}.{namespace}.svc.{zone}' },
    `How names of services are made. With several templates a service has a name by each; the first names the targets of SRV
and PTR records. Without \`{namespace}\` the stanza's one namespace is meant.`,
  ),
  namespace_records: repeatable(
    namespaceRecords,
    `Records of the namespaces themselves: \`txt\` is a TXT record at \`shop.svc.cluster.local\` with one string for each service,
\`dnssd\` are PTR records at \`_services._dns-sd._udp.shop.svc.cluster.local\`, one for each type of port (RFC 6763). Each with its
own limit.`,
  ),
  iporder: option(
    iporder,
    `Which addresses a service has, and in which order: \`internal\` are its ClusterIPs, or its endpoints when it is headless;
\`external\` are those of its load balancers, then its \`externalIPs\`.`,
  ),
  ignore: option(one(oneOf(['empty_service'])), 'Services without a ready endpoint do not exist.'),
  startup_timeout: option(
    one(duration, 5000),
    'How long to wait for the objects before answering; until they are there, SERVFAIL.',
  ),
  wildcards: option(
    wildcards,
    `Labels of a question that stand for many names: \`*\` and \`any\`, and patterns such as \`*nginx*\` in the place of a
service. In a zone, everywhere; in a namespace, not in the place of the namespace. See [wildcards](wildcards.md).`,
  ),
  multicluster: notYet('[ZONE...]', 'Zones that answer from ServiceImports.'),
  zonal: notYet('', 'Names of endpoints in one topology zone.'),
}

type Name = keyof typeof options

const ofApiServer = [
  'endpoint',
  'kubeconfig',
  'tls',
  'apiserver_qps',
  'apiserver_burst',
  'apiserver_max_inflight',
] as const

/** Pairs that cannot stand together: the second of them is reported. */
const exclusions: readonly (readonly [Name, Name, string])[] = [
  ...ofApiServer.map((name) => ['manifests', name, 'objects come from files or from an API server'] as const),
  ['kubeconfig', 'endpoint', 'a kubeconfig names the API server'],
  ['kubeconfig', 'tls', 'a kubeconfig names the certificates'],
  ['namespaces', 'namespace_labels', 'namespaces are listed or selected'],
  ['labels', 'label', 'it is another spelling of it'],
  ['noendpoints', 'ignore', 'without endpoints every service would be empty'],
]

function checkExclusions(given: ReadonlyMap<Name, Position>, { faults, inside }: Context): void {
  for (const [name, other, reason] of exclusions) {
    const position = given.get(other)
    if (given.has(name) && position !== undefined) {
      faults.add('conflict', position, other, { inside, suggestion: `it excludes "${name}", as ${reason}` })
    }
  }
}

function sourceOf(values: Values<typeof options>): ObjectSource {
  const { manifests, endpoint, kubeconfig, tls } = values
  if (manifests.length > 0) return { kind: 'manifests', paths: [...new Set(manifests)] }
  const limits: ApiServerLimits = {
    qps: values.apiserver_qps || undefined,
    burst: values.apiserver_burst || undefined,
    maxInflight: values.apiserver_max_inflight || undefined,
  }
  const [file, context] = kubeconfig ?? []
  if (file !== undefined) return { kind: 'kubeconfig', file, context, limits }
  if (endpoint === undefined) return { kind: 'in-cluster', limits }
  const [cert, key, ca] = tls ?? []
  const files = cert === undefined || key === undefined || ca === undefined ? undefined : { cert, key, ca }
  return { kind: 'endpoint', url: endpoint, tls: files, limits }
}

function readNamespaceRecords(
  { namespace_records: lines, names }: Values<typeof options>,
  given: ReadonlyMap<Name, Position>,
  { faults, inside }: Context,
): NamespaceRecords {
  const position = given.get('namespace_records')
  // Among names of services without a namespace they could hide one.
  if (position !== undefined && names.some(({ labels }) => !labels.includes('{namespace}'))) {
    const suggestion = 'a template of "names" has no {namespace} that they could be records of'
    faults.add('conflict', position, 'namespace_records', { inside, suggestion })
  }
  for (const [at, { kind }] of lines.entries()) {
    if (position === undefined || lines.findIndex((line) => line.kind === kind) === at) continue
    faults.add('conflict', position, 'namespace_records', { inside, suggestion: `"${kind}" stands twice` })
  }
  const limitOf = (kind: keyof NamespaceRecords) => lines.find((line) => line.kind === kind)?.limit
  return { txt: limitOf('txt'), dnssd: limitOf('dnssd') }
}

/** Those of the options given that images of format 1 have no words for. */
function beyondFormat1(
  given: ReadonlyMap<Name, Position>,
  { names, iporder, wildcards }: Pick<KubernetesStanza, 'names' | 'iporder' | 'wildcards'>,
): KubernetesStanza['beyondFormat1'] {
  const asks = {
    names: names.join() !== specifiedName,
    iporder: iporder.join() !== 'internal',
    wildcards: wildcards !== 'off',
  }
  return Object.entries(asks).flatMap(([option, is]) => {
    const position = given.get(option as keyof typeof asks)
    return is && position !== undefined ? [{ option, position }] : []
  })
}

export const kubernetes = directive({
  arguments: list(zonesKind, 0),
  options,
  doc: `Answers from the services, endpoints and pods of a cluster. The zones, those of the server block when none is named,
must hold at least one that is not a reverse zone; PTR records point into the first such. One may stand in a server block.
The objects come from \`manifests\`, from the API server that \`endpoint\` or \`kubeconfig\` names, or from that of the cluster
that zonecast runs in.`,
  repeats: false,
  examples: [
    `cluster.local in-addr.arpa ip6.arpa {
    kubernetes {
        manifests ./cluster/*.yaml
        pods insecure
        ttl 30
        fallthrough in-addr.arpa ip6.arpa
    }
}`,
    `cluster.local 10.96.0.0/12 {
    kubernetes cluster.local 10.96.0.0/12 {
        manifests services.json pods/
        namespaces shop billing
        labels "tier in (front, back)"
        pods verified
        ignore empty_service
        startup_timeout 10s
    }
}`,
    `coredns.local {
    kubernetes {
        endpoint http://localhost:8080
        names {service}.{namespace}.{zone} {service}.{namespace}.svc.{zone}
        namespace_records txt limit 50
        namespace_records dnssd
    }
}`,
    `cluster.local {
    kubernetes {
        kubeconfig /etc/zonecast/kubeconfig prod-eu
        apiserver_qps 20
    }
}`,
  ],
  build({ position, args, options: values, given }, context): KubernetesStanza {
    const { faults, inside } = context
    const zones = [...new Set(args.length === 0 ? context.zones : args.flat())]
    const forwardZones = zones.filter((zone) => !isReverse(zone))
    if (forwardZones.length === 0) {
      faults.add('bad-zone', position, zones.join(' '), {
        inside,
        suggestion: 'at least one zone must not be a reverse zone',
      })
    }
    checkExclusions(given, context)
    const namespaces = [...new Set(values.namespaces)]
    checkTemplates(values.names, namespaces.length, context)
    const names = values.names.map(({ labels }) => labels.join('.'))
    if (given.has('tls') && !given.has('endpoint')) {
      faults.warn(given.get('tls') ?? position, 'tls does nothing here: it is for the connection to endpoint')
    }
    if (given.has('noendpoints') && given.has('endpoint_pod_names')) {
      faults.warn(
        given.get('endpoint_pod_names') ?? position,
        'endpoint_pod_names does nothing: noendpoints leaves no names',
      )
    }
    if (values.wildcards.scope === 'off' && values.wildcards !== wildcards.initial) {
      const { search, limit, clients } = values.wildcards
      const isIdle = search || limit !== wildcards.initial.limit || clients.length > 0
      if (isIdle) faults.warn(given.get('wildcards') ?? position, 'wildcards off: what follows it does nothing')
    }
    const shapes = {
      names: names.length === 0 ? [specifiedName] : names,
      iporder: values.iporder,
      wildcards: values.wildcards.scope,
    }
    const fallthrough = values.fallthrough.length === 0 ? ['.'] : values.fallthrough.flat()
    return {
      position,
      source: sourceOf(values),
      zones,
      forwardZones,
      reverseZones: zones.filter(isReverse),
      namespaces,
      namespaceLabels: values.namespace_labels,
      labels: values.labels ?? values.label,
      pods: values.pods,
      endpointPodNames: values.endpoint_pod_names,
      ttlSec: values.ttl,
      endpoints: !values.noendpoints,
      fallthrough: given.has('fallthrough') ? fallthrough : undefined,
      ignoreEmptyService: values.ignore !== undefined,
      namespaceRecords: readNamespaceRecords(values, given, context),
      ...shapes,
      search: values.wildcards.search,
      wildcardLimit: values.wildcards.limit,
      wildcardClients: values.wildcards.clients,
      startupTimeoutMs: values.startup_timeout,
      beyondFormat1: beyondFormat1(given, shapes),
    }
  },
})
