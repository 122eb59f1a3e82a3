/**
 * Events as JSON, by pino: `level`, `time`, `role`, `feed`, `code`, `position`, `msg`. Lines go through the caller's stream, so that
 * they keep their order with what else is written there; no thread and no transport.
 */
import { pino } from 'pino'
import type { LogEvent } from './log-event.ts'

const LEVELS = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const

export function jsonLog(write: (line: string) => void): (event: LogEvent) => void {
  let atMs = 0
  const logger = pino(
    {
      level: 'debug',
      base: null,
      // An event may have waited to be written.
      timestamp: () => `,"time":"${new Date(atMs).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    { write },
  )
  return ({ level, atMs: at, message, ...fields }) => {
    atMs = at
    logger[LEVELS[level]](fields, message)
  }
}
