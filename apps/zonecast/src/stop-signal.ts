/** SIGTERM and SIGINT end a process cleanly; SIGHUP does nothing, as with CoreDNS. */

/** Resolves to the exit code: 0 at the first signal, or what `resolve` is given before. */
export function stopSignal(): PromiseWithResolvers<number> {
  const stop = Promise.withResolvers<number>()
  process.on('SIGHUP', () => {})
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.resolve(0))
  return stop
}
