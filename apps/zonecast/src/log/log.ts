/**
 * What the program itself has to say: events, one a line, on standard output. For whoever collects them a line is a JSON object
 * (pino), at a terminal it is what CoreDNS users know: `[INFO] feed prod-eu at redis:6379: Redis answers again`.
 */
import type { Role } from '@zonecast/metrics'
import type { About, Level, LogEvent } from './log-event.ts'
import { textLine } from './text-line.ts'
import { withoutSecrets } from './without-secrets.ts'

export interface Log {
  tell(level: Level, message: string, about?: About): void
  /** An error with its code. */
  error(error: unknown, about?: About): void
}

/** `json` and `text` of ZONECAST_LOG; else by what reads it. */
export function logForm(asked: string | undefined, isTerminal: boolean): 'json' | 'text' {
  if (asked === 'json' || asked === 'text') return asked
  return isTerminal ? 'text' : 'json'
}

export interface LogOptions {
  readonly form: 'json' | 'text'
  readonly nowMs: () => number
  /** Takes a line with its end. */
  readonly write: (line: string) => void
}

/** @param role of the process */
export function openLog(role: Role, options: LogOptions = standardOutput()): Log {
  const write =
    options.form === 'text' ? (event: LogEvent) => options.write(textLine(event)) : jsonWriter(role, options.write)
  const tell: Log['tell'] = (level, message, about = {}) => {
    const clean = Object.entries(about).map(([name, value]) => [name, value && withoutSecrets(value)])
    const event = { level, role, atMs: options.nowMs(), message: withoutSecrets(message) }
    write({ ...event, ...Object.fromEntries(clean) })
  }
  return { tell, error: (error, about) => tell('error', errorText(error), { code: errorCode(error), ...about }) }
}

/** A line of the `log` or `errors` directive: in CoreDNS's format, whatever the form of our own. */
export function writeLine(level: Level, text: string): void {
  process.stdout.write(`[${level.toUpperCase()}] ${text}\n`)
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function standardOutput(): LogOptions {
  return {
    form: logForm(process.env['ZONECAST_LOG'], process.stdout.isTTY),
    nowMs: () => Date.now(),
    write: (line) => void process.stdout.write(line),
  }
}

/**
 * Loading pino takes 20 ms, which the start of a responder has no time for: it is loaded for the first event, and what comes
 * meanwhile waits.
 */
function jsonWriter(role: Role, write: (line: string) => void): (event: LogEvent) => void {
  const waiting: LogEvent[] = []
  let writeEvent: ((event: LogEvent) => void) | undefined
  let isLoading = false
  const load = async (): Promise<void> => {
    if (isLoading) return
    isLoading = true
    const { jsonLog } = await import('./json-log.ts')
    writeEvent = jsonLog(write)
    waiting.splice(0).forEach(writeEvent)
  }
  if (role === 'sync') void load()
  return (event) => {
    if (writeEvent !== undefined) return writeEvent(event)
    waiting.push(event)
    void load()
  }
}
