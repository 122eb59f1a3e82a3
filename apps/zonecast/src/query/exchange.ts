/** What the transports have in common: one query goes out, one reply comes back, or a QueryError says why not. */
import { lookup } from 'node:dns/promises'
import { QueryError } from './errors.ts'

export interface Target {
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
  /** As the user wrote it. */
  readonly host: string
}

export interface Reply {
  readonly octets: Uint8Array
  /** About the way it came, for the output; a line each. */
  readonly notes: readonly string[]
}

export type Exchange = (query: Uint8Array, target: Target, signal: AbortSignal) => Promise<Reply>

/** How many addresses of a server are tried. */
const ADDRESSES_MAX = 8

/** The addresses of a server. @throws QueryError no-address */
export async function resolveTargets(host: string, port: number): Promise<Target[]> {
  try {
    const found = await lookup(host, { all: true, order: 'verbatim' })
    return found
      .slice(0, ADDRESSES_MAX)
      .map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4, port, host }))
  } catch (cause) {
    throw new QueryError('no-address', `couldn't get address for '${host}'`, { cause })
  }
}

/**
 * Waits for `start` to settle it, or for the deadline. `close` runs in any case, once.
 * @param start is given what ends the wait; both may be called any number of times.
 */
export function settle<T>(
  signal: AbortSignal,
  close: () => void,
  start: (resolve: (value: T) => void, reject: (error: QueryError) => void) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const timedOut = (): void => reject(new QueryError('no-reply', 'timed out'))
  if (signal.aborted) timedOut()
  else signal.addEventListener('abort', timedOut, { once: true })
  start(resolve, reject)
  return promise.finally(() => {
    signal.removeEventListener('abort', timedOut)
    close()
  })
}
