/** `prometheus`: /metrics gives what a scrape is told. */
import type { Listener, ListenOptions } from '../listener.ts'
import { openProbe } from './probe-server.ts'

export interface MetricsOptions extends ListenOptions {
  readonly contentType: string
  /** The whole text, made anew for each scrape. */
  readonly scrape: () => string
}

export function openMetrics({ contentType, scrape, ...options }: MetricsOptions): Promise<Listener> {
  return openProbe('prometheus', options, '/metrics', () => ({ status: 200, text: scrape(), contentType }))
}
