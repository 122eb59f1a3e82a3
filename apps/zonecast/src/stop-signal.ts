/** What signals do: SIGTERM and SIGINT end a process cleanly; SIGHUP does nothing, as with CoreDNS. */
import type { Log } from './log/log.ts'

/** Resolves to the exit code: 0 at the first signal, or what `resolve` is given before. */
export function stopSignal({ tell }: Log): PromiseWithResolvers<number> {
  const stop = Promise.withResolvers<number>()
  process.on('SIGHUP', () => {})
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => tell('info', `${signal}: ending`))
    process.on(signal, () => stop.resolve(0))
  }
  // Left alone, they end a process, or have Node listen for a debugger. CoreDNS reads its Corefile anew at the first.
  for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
    process.on(signal, () => tell('warning', `${signal} does nothing; a changed Corefile counts from the next start`))
  }
  return stop
}
