/** The program's own lines, in the form that CoreDNS users know: `[INFO] text`, on standard output. */
export type Level = 'debug' | 'info' | 'warning' | 'error'

export function writeLine(level: Level, text: string): void {
  process.stdout.write(`[${level.toUpperCase()}] ${text}\n`)
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
