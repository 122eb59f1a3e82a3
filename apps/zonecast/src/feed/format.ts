/** Times and counts for people. */

/** UTC, RFC 3339. */
export function timeText(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? 'at no time' : date.toISOString()
}

/** `3.2 s`, `5 min`, `2 h`, `3 d`; clocks that disagree make no time negative. */
export function ageText(nowMs: number, thenMs: number): string {
  const seconds = Math.max(0, nowMs - thenMs) / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

export function countText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
