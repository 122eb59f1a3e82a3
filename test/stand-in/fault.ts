/** What goes wrong on the way between an API server and its clients, on demand. */

import type { IncomingMessage } from 'node:http'

export type Fault =
  /** The connection ends without a reply. */
  | { readonly kind: 'drop' }
  /** Nothing comes, and nothing ends. */
  | { readonly kind: 'silence' }
  /** The reply begins and then nothing comes, and nothing ends. */
  | { readonly kind: 'stall' }
  /** The connection ends after so many octets of the body. */
  | { readonly kind: 'cut'; readonly afterOctets: number }
  /** The body ends as if it were whole after so many octets. */
  | { readonly kind: 'end'; readonly afterOctets: number }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly reason?: string
      readonly message?: string
      readonly retryAfter?: string
    }

/** Which requests: the beginning of the path, or what path and query must match. */
export type Match = string | RegExp

interface Planned {
  readonly match: Match
  readonly fault: Fault
  times: number
}

export class Faults {
  #planned: Planned[] = []

  plan(match: Match, fault: Fault, times = 1): void {
    this.#planned.push({ match, fault, times })
  }

  clear(): void {
    this.#planned = []
  }

  /** The fault of a request, which is used up by it. */
  take({ url = '' }: IncomingMessage): Fault | undefined {
    const planned = this.#planned.find(({ match }) =>
      typeof match === 'string' ? url.startsWith(match) : match.test(decodeURIComponent(url)),
    )
    if (planned === undefined) return undefined
    planned.times--
    if (planned.times === 0) this.#planned = this.#planned.filter((one) => one !== planned)
    return planned.fault
  }
}
