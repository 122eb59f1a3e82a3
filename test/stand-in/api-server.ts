/**
 * A stand-in for the Kubernetes API server, in memory and in this process: lists in pages, watches that resume, bookmark,
 * expire and begin with the present state, selectors, and faults on demand. What it does when nothing is planned to go wrong is held to
 * what a real server does by the suite in test/cluster/contract.ts, which both pass.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Fault, Faults, type Match } from './fault.ts'
import { type Selects, selectionOf } from './selection.ts'
import { type ApiObject, COLLECTIONS, type Collection, Store, type StoredChange } from './store.ts'

export interface StandInOptions {
  /** Bodies are written in pieces of so many octets; whole when undefined. */
  readonly pieceOctets?: number
  /** False: an old server, which refuses `sendInitialEvents`. */
  readonly streamsLists?: boolean
  /** The token of who may read; everybody may when absent. */
  readonly token?: () => string
}

interface Watch {
  readonly collection: Collection
  readonly selects: Selects
  /** The version that its client has. */
  version: number
  readonly body: Body
}

interface Target {
  readonly collection: Collection
  readonly namespace: string
  /** Of the deprecated path that watches one object. */
  readonly name: string | undefined
}

const PATH =
  /^\/(?:api|apis\/([\w.-]+))\/(v\w+)(?:\/(watch))?(?:\/namespaces\/([\w.-]+)(?=\/))?\/(\w+)(?:\/([\w.-]+))?$/

export class ApiStandIn {
  readonly faults = new Faults()
  /** Path and query of each request, decoded, in order. */
  readonly requests: string[] = []
  readonly #options: StandInOptions
  #store: Store
  #server: Server | undefined
  #port = 0
  readonly #sockets = new Set<Socket>()
  readonly #watches = new Set<Watch>()
  /** What is left of lists that are read in pages, by what continues them. */
  readonly #snapshots = new Map<string, { readonly objects: readonly ApiObject[]; readonly version: number }>()

  /** @param version of the store before anything is put into it. */
  constructor(options: StandInOptions = {}, version = 1000) {
    this.#options = options
    this.#store = this.#follow(new Store(version))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get version(): number {
    return this.#store.version
  }

  get openWatches(): number {
    return this.#watches.size
  }

  /** At the port that it had before, if any. */
  async start(): Promise<this> {
    const server = createServer((request, response) => this.#serve(request, response))
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
    return this
  }

  /** As a process that is killed: every connection breaks. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = new Promise((resolve) => server.close(resolve))
    this.dropAll()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  put(...objects: readonly ApiObject[]): void {
    for (const object of objects) this.#store.put(object)
  }

  remove(...objects: readonly ApiObject[]): void {
    for (const object of objects) this.#store.remove(object)
  }

  /** As if the event had been lost. */
  putSilently(...objects: readonly ApiObject[]): void {
    for (const object of objects) this.#store.putSilently(object)
  }

  /** From now on a watch from before now is told that it is too old. */
  compact(): void {
    this.#store.compact()
    this.#snapshots.clear()
  }

  /** All that it stores. */
  objects(): ApiObject[] {
    return COLLECTIONS.flatMap((collection) => this.#store.all(collection))
  }

  /** Restored from elsewhere: other objects under other versions. */
  restore(version: number, objects: readonly ApiObject[]): void {
    this.#store = this.#follow(new Store(version))
    this.put(...objects)
  }

  plan(match: Match, fault: Fault, times = 1): void {
    this.faults.plan(match, fault, times)
  }

  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Ends all watches as a server does whose time is up. */
  closeWatches(): void {
    for (const watch of this.#watches) watch.body.end()
  }

  /** Tells each watch how far it has come. */
  bookmark(version = this.#store.version): void {
    for (const watch of this.#watches) watch.body.write(bookmark(watch.collection, version))
  }

  /** Sends octets to every watch of a resource as they are. */
  writeRaw(resource: string, text: string): void {
    for (const watch of this.#watches) if (watch.collection.resource === resource) watch.body.write(text)
  }

  #follow(store: Store): Store {
    store.onChange = (collection, change) => {
      for (const watch of this.#watches) if (watch.collection === collection) tell(watch, change)
    }
    return store
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    this.requests.push(decodeURIComponent(url.pathname + url.search))
    const fault = this.faults.take(request)
    response.on('error', () => {})
    if (fault?.kind === 'drop') {
      request.socket.destroy()
      return
    }
    if (fault?.kind === 'silence') return
    const body = new Body(response, this.#options.pieceOctets, fault)
    if (fault?.kind === 'status') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter)
      body.refuse(fault.status, fault.reason ?? '', fault.message ?? 'planned')
      return
    }
    if (this.#isWelcome(request, body)) this.#answer(url, body)
  }

  /** With RBAC who shows no token is somebody without rights; who shows a wrong one is nobody. */
  #isWelcome({ headers }: IncomingMessage, body: Body): boolean {
    const token = this.#options.token?.()
    if (token === undefined || headers.authorization === `Bearer ${token}`) return true
    if (headers.authorization === undefined) body.refuse(403, 'Forbidden', 'User "system:anonymous" cannot list')
    else body.refuse(401, 'Unauthorized', 'Unauthorized')
    return false
  }

  #answer(url: URL, body: Body): void {
    const target = targetOf(url)
    const query = url.searchParams
    if (target === undefined) body.refuse(404, 'NotFound', 'the server could not find the requested resource')
    else if (target.isWatch) this.#watch(target, query, body)
    else this.#list(target, query, body)
  }

  #list({ collection, namespace }: Target, query: URLSearchParams, body: Body): void {
    const token = query.get('continue')
    const known = token === null ? undefined : this.#snapshots.get(token)
    if (token !== null && known === undefined) {
      body.refuse(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result.')
      return
    }
    const selects = selectionOf(namespace, query)
    const snapshot = known ?? { objects: this.#store.all(collection).filter(selects), version: this.#store.version }
    const { objects, version } = snapshot
    const page = objects.slice(0, Number(query.get('limit') ?? 0) || objects.length)
    const rest = objects.slice(page.length)
    const next = `${version}-${this.requests.length}`
    if (rest.length > 0) this.#snapshots.set(next, { objects: rest, version })
    const metadata = {
      resourceVersion: String(version),
      ...(rest.length > 0 && { continue: next, remainingItemCount: rest.length }),
    }
    const { apiVersion, kind } = collection
    // Items of a typed list do not say what they are.
    const items = page.map(({ apiVersion: _version, kind: _kind, ...rest }) => rest)
    body.write(`${jsonOf({ kind: `${kind}List`, apiVersion, metadata, items })}\n`)
    body.end()
  }

  #watch({ collection, namespace, name }: Target, query: URLSearchParams, body: Body): void {
    const streamsList = query.get('sendInitialEvents') === 'true'
    if (streamsList && !(this.#options.streamsLists ?? true)) {
      const message =
        'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'
      body.refuse(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${message}`)
      return
    }
    if (streamsList && query.get('resourceVersionMatch') !== 'NotOlderThan') {
      body.refuse(422, 'Invalid', 'resourceVersionMatch is required when sendInitialEvents is set')
      return
    }
    const ofName = selectionOf(namespace, query)
    const selects: Selects = (object) => ofName(object) && (name === undefined || object.metadata.name === name)
    const asked = query.get('resourceVersion')
    const version = streamsList || asked === null || asked === '' || asked === '0' ? undefined : Number(asked)
    const watch: Watch = { collection, selects, version: version ?? this.#store.version, body }
    body.begin()
    if (version === undefined) {
      for (const object of this.#store.all(collection).filter(selects)) body.write(event('ADDED', object))
      if (streamsList) body.write(bookmark(collection, this.#store.version, { 'k8s.io/initial-events-end': 'true' }))
    } else if (version < this.#store.oldest) {
      const message = `too old resource version: ${version} (${this.#store.oldest})`
      const status = {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message,
        reason: 'Expired',
        code: 410,
      }
      body.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
      body.end()
      return
    } else for (const change of this.#store.since(collection, version)) tell(watch, change)
    this.#watches.add(watch)
    const seconds = Number(query.get('timeoutSeconds') ?? 0)
    const timer = seconds > 0 ? setTimeout(() => body.end(), seconds * 1000) : undefined
    body.onClose(() => {
      clearTimeout(timer)
      this.#watches.delete(watch)
    })
  }
}

/** Writes a body in pieces, until a fault befalls it. */
class Body {
  readonly #response: ServerResponse
  readonly #pieceOctets: number | undefined
  readonly #fault: Fault | undefined
  #octets = 0

  constructor(response: ServerResponse, pieceOctets: number | undefined, fault: Fault | undefined) {
    this.#response = response
    this.#pieceOctets = pieceOctets
    this.#fault = fault
  }

  begin(): void {
    this.#response.setHeader('content-type', 'application/json')
    this.#response.flushHeaders()
  }

  write(text: string): void {
    const octets = Buffer.from(text)
    if (!this.#response.headersSent) this.begin()
    if (this.#fault?.kind === 'stall') return
    const step = this.#pieceOctets ?? octets.length
    for (let at = 0; at < octets.length; at += step) this.#writePiece(octets.subarray(at, at + step))
  }

  end(): void {
    if (this.#fault?.kind !== 'stall') this.#response.end()
  }

  refuse(status: number, reason: string, message: string): void {
    this.#response.statusCode = status
    this.write(
      JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message,
        reason,
        code: status,
      }),
    )
    this.end()
  }

  onClose(act: () => void): void {
    this.#response.on('close', act)
  }

  #writePiece(piece: Uint8Array): void {
    const fault = this.#fault
    if (fault?.kind !== 'cut' && fault?.kind !== 'end') {
      this.#response.write(piece)
      return
    }
    const rest = fault.afterOctets - this.#octets
    this.#octets += piece.length
    if (rest < 0) return
    const isLast = rest <= piece.length
    const end = fault.kind === 'cut' ? () => this.#response.destroy() : () => this.#response.end()
    this.#response.write(piece.subarray(0, rest), isLast ? end : undefined)
  }
}

/** As Go writes it. */
function jsonOf(value: unknown): string {
  const escaped = (character: string): string => `\\u00${character.charCodeAt(0).toString(16)}`
  return JSON.stringify(value).replace(/[<>&]/g, escaped)
}

function targetOf({ pathname, searchParams }: URL): (Target & { readonly isWatch: boolean }) | undefined {
  const [, group, version = '', watch, namespace = '', resource, name] = PATH.exec(pathname) ?? []
  const apiVersion = group === undefined ? version : `${group}/${version}`
  const collection = COLLECTIONS.find((one) => one.resource === resource && one.apiVersion === apiVersion)
  if (collection === undefined) return undefined
  const isWatch = watch !== undefined || ['1', 'true'].includes(searchParams.get('watch') ?? '')
  return { collection, namespace, name, isWatch }
}

/** A change as one who sees only what is selected sees it. */
function tell(watch: Watch, { before, after, version }: StoredChange): void {
  const was = before !== undefined && watch.selects(before)
  const is = after !== undefined && watch.selects(after)
  if (version <= watch.version) return
  watch.version = version
  if (is) watch.body.write(event(was ? 'MODIFIED' : 'ADDED', after))
  else if (was)
    watch.body.write(
      event('DELETED', { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } }),
    )
}

function event(type: string, object: ApiObject): string {
  return `${jsonOf({ type, object })}\n`
}

function bookmark({ apiVersion, kind }: Collection, version: number, annotations?: object): string {
  const metadata = { resourceVersion: String(version), creationTimestamp: null, ...(annotations && { annotations }) }
  return `${JSON.stringify({ type: 'BOOKMARK', object: { kind, apiVersion, metadata } })}\n`
}
