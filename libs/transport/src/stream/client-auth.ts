/** What is asked of clients' certificates: the words of `client_auth` in the Corefile's `tls` directive. */
import type { TLSSocket } from 'node:tls'

export type ClientAuth =
  /** None is asked for. */
  | 'nocert'
  /** One is asked for; any will do, and none. */
  | 'request'
  /** One must be given; any will do. */
  | 'require'
  /** One may be given; it must be valid. */
  | 'verify_if_given'
  /** One must be given and be valid. */
  | 'require_and_verify'

/** The options of `node:tls`, `node:http2` and `Bun.serve` that come nearest; `isAcceptable` does the rest. */
export function clientAuthOptions(auth: ClientAuth): { requestCert: boolean; rejectUnauthorized: boolean } {
  return { requestCert: auth !== 'nocert', rejectUnauthorized: auth === 'require_and_verify' }
}

/** Whether the options alone do what the word says. */
export function needsCheck(auth: ClientAuth): boolean {
  return auth === 'require' || auth === 'verify_if_given'
}

/** Judges a client after the handshake. */
export function isAcceptable(socket: TLSSocket, auth: ClientAuth): boolean {
  if (!needsCheck(auth)) return true
  const isGiven = Object.keys(socket.getPeerCertificate() ?? {}).length > 0
  return auth === 'require' ? isGiven : !isGiven || socket.authorized
}
