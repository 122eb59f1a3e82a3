/**
 * What questions with wildcards cost, in a process of its own: prints its figures as one line of JSON. Runs on Node and on Bun.
 *
 *   node test/bench/wildcard-process.ts SERVICES SEED
 *
 * Beside the services of the cluster there are some that are found: none, 1, 10 or 100 of them by each kind of question.
 */
import { createHash } from 'node:crypto'
import { Answerer, type Block, TextClient } from '@zonecast/answer'
import { Compiler, type Stanza } from '@zonecast/compile'
import { encodeQuery, nameFromText, packetOver, TYPE } from '@zonecast/dns'
import { buildImage, type ImageContent, loadImage, QueryName, WildcardSearch, zoneView } from '@zonecast/image'
import { type ObjectChange, Slimmer } from '@zonecast/kubernetes'
import { stanza } from '../../libs/compile/src/testing/fixture.ts'
import { endpointSliceObjects, objectsOf, serviceObject } from './api-objects.ts'
import {
  type ClusterEndpoint,
  type ClusterService,
  type ClusterShape,
  clusterService,
  namespaceName,
} from './cluster.ts'
import { median } from './figures.ts'
import { hits, kinds, type WildcardKind, type WildcardMeasurement } from './wildcard-figures.ts'

const ZONE = 'cluster.local'
const WORDS: Readonly<Record<number, string>> = { 0: 'zero', 1: 'one', 10: 'ten', 100: 'hundred' }
const warmUp = 3_000
const rounds = 7
const perRound = 10_000
const builds = 3

const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()

function stanzaWith(wildcards: Stanza['wildcards']): Stanza {
  return stanza({ zones: [ZONE], ttlSec: 30, wildcards, search: wildcards !== 'off' })
}

function service(namespace: string, name: string, ordinal: number, endpoints = 0): ClusterService {
  const clusterIP = `10.250.${ordinal >> 8}.${ordinal & 255}`
  const those = Array.from(
    { length: endpoints },
    (_, at): ClusterEndpoint => ({
      address: `10.251.${ordinal & 255}.${at}`,
      hostname: '',
      podName: `${name}-${at}`,
      node: 'worker-0',
      zone: 'eu-central-1a',
    }),
  )
  return { namespace, name, headless: false, clusterIP, endpoints: those }
}

/** What the questions find. */
function needles(shape: ClusterShape): { readonly namespaces: string[]; readonly services: ClusterService[] } {
  const services: ClusterService[] = []
  const add = (namespace: string, name: string, endpoints = 0) =>
    services.push(service(namespace, name, services.length, endpoints))
  for (const count of hits) {
    const word = WORDS[count] as string
    for (let at = 0; at < count; at++) {
      const digits = String(at).padStart(2, '0')
      add(`many-${word}`, `begin${word}-${digits}-mid${word}x-end${word}`)
      add(namespaceName(shape, at), `same-${word}`)
    }
    add('bench', `ends-${word}`, count)
  }
  return { namespaces: ['bench', ...hits.map((count) => `many-${WORDS[count]}`)], services }
}

function questionFor(kind: WildcardKind, count: number): string {
  const word = WORDS[count] as string
  const names: Readonly<Record<WildcardKind, string>> = {
    service: `*.many-${word}`,
    endpoint: `*.ends-${word}.bench`,
    namespace: `same-${word}.any`,
    prefix: `begin${word}-*.*`,
    suffix: `*-end${word}.*`,
    substring: `*mid${word}x*.*`,
    'substring in a namespace': `*mid${word}x*.many-${word}`,
    '?': `begin${word}-??-mid${word}x-end${word}.*`,
    search: `mid${word}x.*`,
  }
  return `${names[kind]}.svc.${ZONE}`
}

function compile(shape: ClusterShape): ImageContent {
  const slimmer = new Slimmer({ podNames: false }, () => {})
  const { namespaces, services } = needles(shape)
  const objects: ObjectChange[] = []
  for (const resource of ['namespaces', 'services', 'endpointslices'] as const) {
    for (const object of objectsOf(shape, resource)) objects.push(...slimmer.slim(object))
  }
  for (const name of namespaces) {
    objects.push(...slimmer.slim({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  }
  for (const each of services) {
    objects.push(
      ...slimmer.slim(serviceObject(each)),
      ...endpointSliceObjects(each).flatMap((slice) => slimmer.slim(slice)),
    )
  }
  const compiler = new Compiler([stanzaWith('zone')])
  compiler.apply(objects)
  return compiler.compileBase({ nowMs: Date.UTC(2026, 0, 1), meta: {} })
}

function without(content: ImageContent): ImageContent {
  const stanzas = content.stanzas.map((stanza) => ({ ...stanza, wildcards: 'off' as const, search: false }))
  return { ...content, stanzas }
}

function timeBuild(content: ImageContent): { readonly ms: number; readonly octets: number } {
  const times: number[] = []
  let octets = 0
  for (let build = 0; build < builds; build++) {
    const before = process.cpuUsage()
    octets = buildImage(content, sha256).length
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  return { ms: median(times), octets }
}

function answererOf(content: ImageContent): Answerer {
  const wildcards = { scope: 'zone' as const, search: true, limit: 100, clients: [] }
  const block: Block = {
    zones: [''],
    kubernetes: { zones: [ZONE], ordinal: 0, feed: 'bench', fallthrough: [], wildcards },
    rotate: true,
    whoami: false,
    nsid: undefined,
    log: [],
    errors: undefined,
    counted: false,
  }
  const answerer = new Answerer([block], undefined, Date.now)
  answerer.setImages('bench', [loadImage(buildImage(content, sha256), sha256)])
  return answerer
}

const response = packetOver(new Uint8Array(65_535))
const client = new TextClient('127.0.0.1')

/** Microseconds of processor time for finding the services alone. */
function timeFinding(answerer: Answerer, text: string): number {
  const images = answerer.images('bench')
  const zone = zoneView(images, 0)
  const wire = nameFromText(text)
  const name = new QueryName()
  name.read(new DataView(wire.buffer, wire.byteOffset, wire.length), 0, wire.length)
  const labels = name.labels - ZONE.split('.').length
  const find = (times: number) => {
    for (let n = 0; n < times; n++) search.find(images, zone, name, labels, TYPE.A, 'zone', true, 100, n)
  }
  find(warmUp)
  return timeRounds(find)
}

const search = new WildcardSearch(1000, () => true)

function timeRounds(run: (times: number) => void): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage()
    run(perRound)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / perRound
  })
  return median(times)
}

/** Microseconds of processor time for a whole answer as over TCP, which has room for all. */
function timeAnswer(answerer: Answerer, name: string, expected: number): number {
  const query = packetOver(encodeQuery({ qname: nameFromText(name), type: TYPE.A, id: 1 }))
  const ask = (times: number) => {
    for (let n = 0; n < times; n++) answerer.answer(query, response, true, client)
  }
  ask(warmUp)
  const found = response.view.getUint16(6)
  if (found !== expected) throw new Error(`${name}: ${found} answers where ${expected} should be`)
  return timeRounds(ask)
}

function measure(shape: ClusterShape): WildcardMeasurement {
  const content = compile(shape)
  const plain = timeBuild(without(content))
  const wild = timeBuild(content)
  const [off, on] = [answererOf(without(content)), answererOf(content)]
  const known = clusterService(shape, 0)
  const knownName = `${known.name}.${known.namespace}.svc.${ZONE}`
  const missing = `no.such.${known.namespace}.svc.${ZONE}`
  const answers = kinds.flatMap((kind) =>
    hits.map((count) => {
      const name = questionFor(kind, count)
      return { kind, count, finding: timeFinding(on, name), answering: timeAnswer(on, name, count) }
    }),
  )
  return {
    answers,
    knownOff: timeAnswer(off, knownName, 1),
    knownOn: timeAnswer(on, knownName, 1),
    missingOff: timeAnswer(off, missing, 0),
    missingOn: timeAnswer(on, missing, 0),
    buildMs: plain.ms,
    buildWithMs: wild.ms,
    octetsPerService: (wild.octets - plain.octets) / content.services.length,
  }
}

const [services, seed] = process.argv.slice(2)
console.log(JSON.stringify(measure({ services: Number(services), seed: Number(seed) })))
