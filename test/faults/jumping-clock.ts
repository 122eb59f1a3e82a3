/**
 * Preloaded into a process: a wall clock that is wrong by CLOCK_OFFSET_MS, and jumps at each SIGUSR2, an hour ahead, then two days
 * back, and so on. What counts the time since something goes on as it did.
 */
const JUMPS_MS = [3_600_000, -172_800_000]
const now = Date.now
let offsetMs = Number(process.env['CLOCK_OFFSET_MS'] ?? 0)
let jumps = 0

process.on('SIGUSR2', () => {
  offsetMs += JUMPS_MS[jumps++ % JUMPS_MS.length] ?? 0
})
Date.now = () => now() + offsetMs
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget),
})
