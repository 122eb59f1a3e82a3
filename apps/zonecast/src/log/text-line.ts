/** An event as a line for people, in the form that CoreDNS users know. */
import type { LogEvent } from './log-event.ts'

export function textLine({ level, plugin, feed, message }: LogEvent): string {
  const about = plugin !== undefined ? `plugin/${plugin}: ` : feed !== undefined ? `feed ${feed}: ` : ''
  return `[${level.toUpperCase()}] ${about}${message.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll(/\p{Cc}/gu, '?')}\n`
}
