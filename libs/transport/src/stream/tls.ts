/** DNS over TLS (RFC 7858): the connections of TCP behind a handshake. */
import { createServer } from 'node:tls'
import type { Listener } from '../listener.ts'
import { type CertificateFiles, followCertificate, readCertificate } from './certificate.ts'
import { type ClientAuth, clientAuthOptions, isAcceptable } from './client-auth.ts'
import { STREAM_LIMITS } from './limits.ts'
import { openStream, SOCKET_OPTIONS, type StreamOptions } from './open.ts'

export interface TlsOptions {
  readonly files: CertificateFiles
  readonly clientAuth?: ClientAuth
  /** How often the files are looked at; default `CERTIFICATE_CHECK_MS`. */
  readonly checkMs?: number
}

export interface DotOptions extends StreamOptions {
  readonly tls: TlsOptions
}

/** Throws a `TransportError` when a file is at fault or the address cannot be bound. */
export async function openTls(options: DotOptions): Promise<Listener> {
  const { files, clientAuth = 'nocert', checkMs } = options.tls
  const onError = options.onError ?? (() => {})
  const current = await readCertificate(files)
  const server = createServer({
    ...SOCKET_OPTIONS,
    ...current,
    ...clientAuthOptions(clientAuth),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['dot'],
    handshakeTimeout: options.limits?.messageMs ?? STREAM_LIMITS.messageMs,
  })
  const listener = await openStream('tls', server, options, (connections) => {
    server.on('connection', (socket) => connections.admit(socket))
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    server.on('secureConnection', (socket) => {
      socket.on('error', () => {})
      if (isAcceptable(socket, clientAuth)) connections.start(socket)
      else socket.destroy()
    })
  })
  const unfollow = followCertificate({
    files,
    current,
    onChange: (certificate) => server.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' }),
    onError,
    ...(checkMs === undefined ? {} : { everyMs: checkMs }),
  })
  return {
    ...listener,
    close(drainMs) {
      unfollow()
      return listener.close(drainMs)
    },
  }
}
