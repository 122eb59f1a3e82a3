/** What can go wrong between the command line and the answer, and the exit code for it, which is dig's. */

export const QUERY_ERRORS = {
  usage: 1,
  'no-address': 1,
  'no-reply': 9,
  'bad-reply': 9,
} as const

export type QueryErrorCode = keyof typeof QUERY_ERRORS

export class QueryError extends Error {
  readonly code: QueryErrorCode
  constructor(code: QueryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'QueryError'
    this.code = code
  }

  get exitCode(): number {
    return QUERY_ERRORS[this.code]
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  EACCES: 'permission denied',
  EPIPE: 'connection closed',
}

/** Why the system, or TLS, would not carry the query. */
export function communicationError(cause: unknown): QueryError {
  if (cause instanceof QueryError) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause))
  return new QueryError('no-reply', reason, { cause })
}
