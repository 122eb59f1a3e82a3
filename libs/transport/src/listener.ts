/** What every open listener is, whatever it speaks, and how those on `node:net` are opened. */
import type { AddressInfo, Server } from 'node:net'
import { listenError } from './errors.ts'

export interface Listener {
  /** As bound: the text of an IPv4 or IPv6 address. */
  readonly address: string
  /** As bound; never 0. */
  readonly port: number
  /**
   * Accepts nothing new, lets what is in flight finish for at most `drainMs`, then cuts what is left. Resolves when
   * every connection is gone; never rejects. Calling it again gives the same promise.
   */
  close(drainMs: number): Promise<void>
}

export interface ListenOptions {
  /** The text of an IPv4 or IPv6 address; `::` is IPv6 alone, so that `0.0.0.0` can be bound beside it. */
  readonly address: string
  /** `::` is IPv4, too. */
  readonly dualStack?: boolean
  /** 0 takes a free port. */
  readonly port: number
  /** Let other sockets, also of other processes, share the port (SO_REUSEPORT). */
  readonly reusePort?: boolean
}

/** Binds a server of `node:net`, `node:tls`, `node:http` or `node:http2`. Throws a `TransportError`. */
export function listen(what: string, server: Server, options: ListenOptions): Promise<AddressInfo> {
  const { address, port, dualStack = false, reusePort = false } = options
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown) => reject(listenError(what, address, port, cause))
    server.once('error', refuse)
    const ipv6Only = address.includes(':') && !dualStack
    server.listen({ host: address, port, ipv6Only, reusePort }, () => {
      server.off('error', refuse)
      const bound = server.address()
      if (bound === null || typeof bound === 'string') refuse(new Error('the socket has no address'))
      else resolve(bound)
    })
  })
}
