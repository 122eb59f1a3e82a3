/** Durations as Go writes them, which Corefiles use: `5s`, `1m30s`, `1.5h`, `300ms`, and `0` without a unit. */

const unitsMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y

/** Whole milliseconds, rounded up so that what is not zero stays so; undefined when the text is no duration. */
export function readDurationMs(text: string): number | undefined {
  if (text === '0') return 0
  if (text === '' || text.length > 64) return undefined
  let total = 0
  part.lastIndex = 0
  for (let end = 0; end < text.length; end = part.lastIndex) {
    const match = part.exec(text)
    if (match === null) return undefined
    total += Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs]
  }
  // To the nanosecond first: 1.1 hours must not come out a millisecond longer.
  return Math.ceil(Number(total.toFixed(6)))
}

/** In the largest unit that leaves no fraction. */
export function showDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s'
  for (const unit of ['h', 'm', 's'] as const) {
    if (durationMs % unitsMs[unit] === 0) return `${durationMs / unitsMs[unit]}${unit}`
  }
  return `${durationMs}ms`
}
