/**
 * What opens listeners that not every responder has. Each is loaded when it is first called, for their imports take
 * longer than all the rest of a start.
 */
import type { HttpsOptions } from './https/options.ts'
import type { Listener, ListenOptions } from './listener.ts'
import type { MetricsOptions } from './probe/metrics.ts'
import type { ReadyListener, ReadyOptions } from './probe/ready.ts'
import type { DotOptions } from './stream/tls.ts'

/** DNS over TLS. Throws a `TransportError` when a file is at fault or the address cannot be bound. */
export async function openTls(options: DotOptions): Promise<Listener> {
  return (await import('./stream/tls.ts')).openTls(options)
}

/**
 * DNS over HTTPS, or over plain HTTP without `tls`. Throws a `TransportError` when a file is at fault or the address
 * cannot be bound. `Bun.serve` cannot judge clients as `require` and `verify_if_given` want it; for them Bun uses what
 * Node uses.
 */
export async function openHttps(options: HttpsOptions): Promise<Listener> {
  const { needsCheck } = await import('./stream/client-auth.ts')
  const isBun = process.versions['bun'] !== undefined && !needsCheck(options.tls?.clientAuth ?? 'nocert')
  if (isBun) return (await import('./https/bun.ts')).openHttpsOnBun(options)
  return (await import('./https/node.ts')).openHttpsOnNode(options)
}

/** /health, for the `health` plugin. Throws a `TransportError` when the address cannot be bound. */
export async function openHealth(options: ListenOptions): Promise<Listener> {
  return (await import('./probe/health.ts')).openHealth(options)
}

/** /metrics, for the `prometheus` plugin. Throws a `TransportError` when the address cannot be bound. */
export async function openMetrics(options: MetricsOptions): Promise<Listener> {
  return (await import('./probe/metrics.ts')).openMetrics(options)
}

/** /ready, for the `ready` plugin. Throws a `TransportError` when the address cannot be bound. */
export async function openReady(options: ReadyOptions): Promise<ReadyListener> {
  return (await import('./probe/ready.ts')).openReady(options)
}
