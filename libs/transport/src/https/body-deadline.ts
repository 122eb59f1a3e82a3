/**
 * Ends HTTP/2 requests whose body does not come. Node has time-outs for HTTP/1 requests and for idle sessions, but a
 * session in which anything happens may keep its streams open for ever. One timer looks at all open requests.
 */
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

type Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => Promise<void>

const LOOKS_PER_DEADLINE = 4

export class BodyDeadline {
  /** Open requests, each with the look before which it came. */
  readonly #open = new Map<Http2ServerRequest, number>()
  readonly #timer: ReturnType<typeof setInterval>
  #look = 0

  constructor(deadlineMs: number) {
    this.#timer = setInterval(() => this.#endSlow(), Math.ceil(deadlineMs / LOOKS_PER_DEADLINE))
    this.#timer.unref()
  }

  /** The same listener, with requests held to the deadline while it works on them. */
  over(listener: Listener): (request: Http2ServerRequest, response: Http2ServerResponse) => void {
    return (request, response) => {
      this.#open.set(request, this.#look)
      void listener(request, response).finally(() => this.#open.delete(request))
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #endSlow(): void {
    this.#look++
    for (const [request, since] of this.#open) {
      // Whose body is complete waits for the handler, which has time-outs of its own.
      if (this.#look - since > LOOKS_PER_DEADLINE && !request.complete) request.stream?.close()
    }
  }
}
