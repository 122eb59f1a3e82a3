/** A TCP proxy that can fail in the ways networks do. */
import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  readonly url: string
  /** The connections of this moment go silent for ever; nobody is told. New ones work. */
  dropSilently(): void
  /** Ends the connections of this moment. */
  cutAll(): void
  /** Each of the next `connections` is cut after so many octets came from the server. */
  cutAfter(octets: number, connections: number): void
  /** Connections that were cut so. */
  readonly cuts: number
  /** A connection goes silent for ever with a request that has this in it, which does not arrive; undefined: none. */
  swallow(request: RegExp | undefined): void
  /** Requests that were. */
  readonly swallowed: number
  /** Nothing passes in any connection until `thaw`; nothing is lost. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

export async function startProxy(port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let silent = new WeakSet<Socket>()
  let cut = { octets: 0, connections: 0 }
  let cuts = 0
  let swallowing: RegExp | undefined
  let swallowed = 0
  let isFrozen = false
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    let allowed = Number.POSITIVE_INFINITY
    if (cut.connections > 0) {
      cut.connections -= 1
      allowed = cut.octets
    }
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        if (silent.has(near)) return
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (data) => {
      if (swallowing?.test(data.toString('latin1'))) {
        swallowed += 1
        silent.add(near)
      }
      if (!silent.has(near)) far.write(data)
    })
    far.on('data', (data) => {
      if (silent.has(near)) return
      near.write(data.subarray(0, Math.min(allowed, data.length)))
      allowed -= data.length
      if (allowed > 0) return
      cuts += 1
      near.destroySoon()
      far.destroy()
    })
    if (isFrozen) for (const socket of [near, far]) socket.pause()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    url: `redis://127.0.0.1:${address.port}`,
    get cuts() {
      return cuts
    },
    get swallowed() {
      return swallowed
    },
    dropSilently() {
      silent = new WeakSet([...sockets])
    },
    cutAll() {
      for (const socket of sockets) socket.destroy()
    },
    cutAfter(octets, connections) {
      cut = { octets, connections }
    },
    swallow(request) {
      swallowing = request
    },
    freeze() {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
