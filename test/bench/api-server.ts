/**
 * A stand-in for the Kubernetes API server, with as much of it as a client's reflectors need: lists, watches that begin
 * with the present state (`sendInitialEvents`) and watches that stay open and never have news. It speaks JSON, where a
 * real one speaks protobuf to clients that ask for it, so a client's start takes somewhat longer than in a cluster.
 *
 *   node test/bench/api-server.ts SERVICES [SEED [ENDPOINTS]]       prints "listening on URL"
 *
 * GET /sent tells what it has sent so far, and how many watches are open.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { objectsOf, type Resource } from './api-objects.ts'
import type { ClusterShape } from './cluster.ts'

interface Collection {
  readonly apiVersion: string
  readonly kind: string
}

/** The objects of a kind, e.g. `EndpointSlice`, that a label selector takes; '' takes all. */
export type ObjectSource = (kind: string, labelSelector: string) => Iterable<object>

/** What a server has to do for its clients. */
export interface Sent {
  octets: number
  requests: number
  watches: number
}

const resourceVersion = '1000000'
const pieceSize = 1 << 18

const collections: Readonly<Record<string, Collection>> = {
  '/api/v1/namespaces': { apiVersion: 'v1', kind: 'Namespace' },
  '/api/v1/services': { apiVersion: 'v1', kind: 'Service' },
  '/api/v1/pods': { apiVersion: 'v1', kind: 'Pod' },
  '/apis/discovery.k8s.io/v1/endpointslices': { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
}

const resources: Readonly<Record<string, Resource>> = {
  Namespace: 'namespaces',
  Service: 'services',
  EndpointSlice: 'endpointslices',
}

async function serve(
  source: ObjectSource,
  sent: Sent,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  response.setHeader('content-type', 'application/json')
  if (url.pathname === '/sent') {
    response.end(JSON.stringify(sent))
    return
  }
  sent.requests++
  const collection = collections[url.pathname]
  if (url.pathname === '/version') {
    response.end(JSON.stringify({ major: '1', minor: '35', gitVersion: 'v1.35.0' }))
  } else if (collection === undefined) {
    response.statusCode = 404
    response.end(JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 }))
  } else {
    const objects = source(collection.kind, url.searchParams.get('labelSelector') ?? '')
    const watch = isTrue(url, 'watch')
    const texts = watch
      ? initialEvents(collection, isTrue(url, 'sendInitialEvents') ? objects : [])
      : list(collection, objects)
    response.flushHeaders()
    if (watch) {
      sent.watches++
      response.once('close', () => sent.watches--)
    }
    await pipeline(Readable.from(counted(pieces(texts), sent)), response, { end: !watch }) // a watch stays open
  }
}

function isTrue(url: URL, parameter: string): boolean {
  return ['1', 'true'].includes(url.searchParams.get(parameter) ?? '')
}

function* list({ apiVersion, kind }: Collection, objects: Iterable<object>): Generator<string> {
  yield `{"apiVersion":"${apiVersion}","kind":"${kind}List","metadata":{"resourceVersion":"${resourceVersion}"},"items":[`
  let separator = ''
  for (const object of objects) {
    yield separator + JSON.stringify(object)
    separator = ','
  }
  yield ']}'
}

function* initialEvents({ apiVersion, kind }: Collection, objects: Iterable<object>): Generator<string> {
  for (const object of objects) yield `${JSON.stringify({ type: 'ADDED', object })}\n`
  const annotations = { 'k8s.io/initial-events-end': 'true' }
  const bookmark = { apiVersion, kind, metadata: { resourceVersion, annotations } }
  yield `${JSON.stringify({ type: 'BOOKMARK', object: bookmark })}\n`
}

/** Joins texts to pieces that are worth a write. */
function* pieces(texts: Iterable<string>): Generator<string> {
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < pieceSize) continue
    yield piece
    piece = ''
  }
  yield piece
}

function* counted(texts: Iterable<string>, sent: Sent): Generator<string> {
  for (const text of texts) {
    sent.octets += Buffer.byteLength(text)
    yield text
  }
}

export function createApiServer(shape: ClusterShape): Server {
  return serveObjects((kind) => {
    const resource = resources[kind]
    return resource === undefined ? [] : objectsOf(shape, resource)
  })
}

export function serveObjects(source: ObjectSource): Server {
  const sent: Sent = { octets: 0, requests: 0, watches: 0 }
  return createServer((request, response) => {
    serve(source, sent, request, response).catch((error) => response.destroy(error))
  })
}

if (import.meta.main) {
  const [services = '', seed = '1', endpoints = '3'] = process.argv.slice(2)
  if (!(Number(services) > 0)) {
    console.error('usage: node test/bench/api-server.ts SERVICES [SEED [ENDPOINTS]]')
    process.exit(2)
  }
  const server = createApiServer({ services: Number(services), seed: Number(seed), endpoints: Number(endpoints) })
  server.listen(0, '127.0.0.1', () => {
    console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
}
