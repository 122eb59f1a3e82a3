/** Why a listener does not open, or cannot be given what it was asked for. */
export type TransportErrorCode =
  /** Another socket has this address and port. */
  | 'address-in-use'
  /** No interface of this machine has this address. */
  | 'address-not-available'
  /** The port needs a privilege that the process lacks. */
  | 'permission-denied'
  /** The system refused to open the socket for another reason; see `cause`. */
  | 'listen-failed'
  /** A certificate, key or CA file is missing, unreadable, or does not fit the others. */
  | 'bad-certificate'
  /** This machine or runtime cannot do what was asked. */
  | 'unsupported'
  /** A packet thread did not start, or ended while it should have answered. */
  | 'thread-failed'

export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: TransportErrorCode

  constructor(code: TransportErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

const CODES: Readonly<Record<string, readonly [TransportErrorCode, string]>> = {
  EADDRINUSE: ['address-in-use', 'another process listens there already'],
  EADDRNOTAVAIL: ['address-not-available', 'this machine has no such address'],
  EACCES: [
    'permission-denied',
    'the process may not listen on this port (below 1024 it has to be root or have the capability NET_BIND_SERVICE)',
  ],
}

/**
 * Turns what the system says when a socket cannot be opened into an error that names the listener.
 * @param what the transport, e.g. `tcp`.
 */
export function listenError(what: string, address: string, port: number, cause: unknown): TransportError {
  const systemCode = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const [code, reason] = CODES[systemCode] ?? ['listen-failed', cause instanceof Error ? cause.message : String(cause)]
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  return new TransportError(code, `cannot listen on ${place} (${what}): ${reason}`, cause)
}
