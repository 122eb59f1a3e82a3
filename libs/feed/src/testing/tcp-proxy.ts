/** A TCP proxy that can fail in the ways networks do. */
import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  readonly url: string
  /** The connections of this moment go silent for ever; nobody is told. New ones work. */
  dropSilently(): void
  /** Each of the next `connections` is cut after so many octets came from the server. */
  cutAfter(octets: number, connections: number): void
  /** Connections that were cut so. */
  readonly cuts: number
  close(): Promise<void>
}

export async function startProxy(port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let silent = new WeakSet<Socket>()
  let cut = { octets: 0, connections: 0 }
  let cuts = 0
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
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `redis://127.0.0.1:${address.port}`,
    get cuts() {
      return cuts
    },
    dropSilently() {
      silent = new WeakSet([...sockets])
    },
    cutAfter(octets, connections) {
      cut = { octets, connections }
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
