/**
 * The questions of the UDP benchmark, as a data file for dnsperf: what the pods of a cluster ask, in random order. A
 * quarter names nothing, for a pod's resolver tries its search path first.
 *
 * | share | question | answer |
 * |---|---|---|
 * | 40 % | A of a service | its address; of a headless one its three addresses |
 * | 10 % | AAAA of a service | NODATA |
 * | 10 % | SRV of a service's port `http` | one record, three of a headless one, with addresses in additional |
 * |  5 % | A of an endpoint by its hostname | one address |
 * |  5 % | PTR of a service's address, of a headless one its first endpoint's | one name |
 * |  5 % | PTR of an endpoint's address | one name |
 * | 15 % | A of a service's full name with the search path behind it | NXDOMAIN |
 * | 10 % | A of a service that does not exist | NXDOMAIN |
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import {
  type ClusterEndpoint,
  type ClusterService,
  type ClusterShape,
  clusterService,
  isHeadless,
  mix,
  namespaceCount,
  namespaceName,
} from './cluster.ts'
import type { Wanted } from './probe.ts'

export interface Question {
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'SRV' | 'PTR'
  readonly exists: boolean
}

interface Kind {
  readonly percent: number
  readonly ask: (service: ClusterService, endpoint: ClusterEndpoint, namespace: string) => Question
  /** Asks for a headless service only. */
  readonly headless?: true
}

const zone = 'svc.cluster.local'

const kinds: readonly Kind[] = [
  { percent: 40, ask: (service) => existing(serviceName(service), 'A') },
  { percent: 10, ask: (service) => existing(serviceName(service), 'AAAA') },
  { percent: 10, ask: (service) => existing(`_http._tcp.${serviceName(service)}`, 'SRV') },
  { percent: 5, ask: (service, { hostname }) => existing(`${hostname}.${serviceName(service)}`, 'A'), headless: true },
  {
    percent: 5,
    ask: ({ clusterIP, endpoints: [first] }) => existing(reverseName(clusterIP || (first?.address ?? '')), 'PTR'),
  },
  { percent: 5, ask: (_, { address }) => existing(reverseName(address), 'PTR') },
  { percent: 15, ask: (service, _, namespace) => missing(`${serviceName(service)}.${namespace}.${zone}`) },
  { percent: 10, ask: ({ name }, _, namespace) => missing(`${name}-canary.${namespace}.${zone}`) },
]

/** What a server knows that knows everything: the last service's address, and that another does not exist. */
export function probes(shape: ClusterShape): readonly [Wanted, Wanted] {
  let last = shape.services - 1
  while (isHeadless(last)) last--
  const service = clusterService(shape, last)
  return [
    { name: serviceName(service), address: service.clusterIP },
    { name: `missing.${service.namespace}.${zone}`, address: undefined },
  ]
}

export function serviceName({ name, namespace }: ClusterService): string {
  return `${name}.${namespace}.${zone}`
}

export function* questions(shape: ClusterShape, count: number): Generator<Question> {
  for (let index = 0; index < count; index++) {
    const hash = mix(shape.seed ^ 0x5bd1e995, index)
    const kind = kindAt(hash % 100)
    const at = mix(hash, 1) % shape.services
    const service = clusterService(shape, kind.headless ? headlessNear(shape, at) : at)
    const endpoint = service.endpoints[mix(hash, 2) % service.endpoints.length] as ClusterEndpoint
    yield kind.ask(service, endpoint, namespaceName(shape, mix(hash, 3) % namespaceCount(shape)))
  }
}

/** Writes dnsperf's data file. Returns the share of questions whose answer is NXDOMAIN, 0..1. */
export async function writeQuestions(file: string, shape: ClusterShape, count: number): Promise<number> {
  const stream = createWriteStream(file)
  let absent = 0
  for (const { name, type, exists } of questions(shape, count)) {
    if (!exists) absent++
    if (!stream.write(`${name} ${type}\n`)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
  return absent / count
}

function kindAt(percent: number): Kind {
  let end = 0
  const kind = kinds.find((candidate) => {
    end += candidate.percent
    return percent < end
  })
  if (kind === undefined) throw new Error('the shares do not add up to 100')
  return kind
}

function headlessNear(shape: ClusterShape, index: number): number {
  for (let at = index; at < index + shape.services; at++)
    if (isHeadless(at % shape.services)) return at % shape.services
  throw new Error(`no headless service among ${shape.services}`)
}

function existing(name: string, type: Question['type']): Question {
  return { name, type, exists: true }
}

function missing(name: string): Question {
  return { name, type: 'A', exists: false }
}

function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`
}
