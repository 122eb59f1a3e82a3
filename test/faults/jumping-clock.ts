/** Preloaded into a process: its wall clock jumps at each SIGUSR2, an hour ahead, then two days back, and so on. */
const JUMPS_MS = [3_600_000, -172_800_000]
const now = Date.now
let offsetMs = 0
let jumps = 0

process.on('SIGUSR2', () => {
  offsetMs += JUMPS_MS[jumps++ % JUMPS_MS.length] ?? 0
})
Date.now = () => now() + offsetMs
