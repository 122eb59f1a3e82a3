/**
 * Formats of the query log, as CoreDNS has them: text with placeholders in braces. `{common}` and `{combined}` stand for
 * whole formats; braces around anything else are text, so that a format may be JSON.
 */

import type { LogPart, LogPlaceholder } from '../config.ts'

export const logPlaceholders = {
  type: 'type of the question',
  name: 'name of the question',
  class: 'class of the question',
  proto: '`udp` or `tcp`',
  remote: "client's address, IPv6 in brackets",
  local: "server's address, IPv6 in brackets",
  size: 'octets of the query',
  port: "client's port",
  duration: 'how long the answer took',
  rcode: 'RCODE of the answer',
  rsize: 'octets of the answer before it is compressed or cut',
  '>rflags': 'flags of the answer that are set',
  '>bufsize': 'EDNS buffer size of the query',
  '>do': 'whether the query asks for DNSSEC records',
  '>id': 'id of the query',
  '>opcode': 'opcode of the query',
  '/log/class': '`success`, `denial` or `error`',
  '/log/type': 'NOERROR, NODATA, NXDOMAIN and so on',
} as const satisfies Record<LogPlaceholder, string>

export const commonLogFormat =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}'
const combinedLogFormat = `${commonLogFormat} "{>opcode}"`

function isPlaceholder(name: string): name is LogPlaceholder {
  return Object.hasOwn(logPlaceholders, name)
}

export interface LogFormat {
  /** No two literals follow each other, none is empty. */
  readonly parts: readonly LogPart[]
  /** Words in braces that are no placeholder. */
  readonly unknown: readonly string[]
}

export function readLogFormat(text: string): LogFormat {
  const format = text.replaceAll('{common}', commonLogFormat).replaceAll('{combined}', combinedLogFormat)
  const parts: LogPart[] = []
  const unknown: string[] = []
  let literal = ''
  // Splitting at a group gives text and names in turn.
  for (const [index, piece] of format.split(/\{([>/]?[a-z][a-z/_-]*)\}/i).entries()) {
    if (index % 2 === 0) {
      literal += piece
    } else if (isPlaceholder(piece)) {
      if (literal !== '') parts.push({ literal })
      parts.push({ placeholder: piece })
      literal = ''
    } else {
      unknown.push(piece)
      literal += `{${piece}}`
    }
  }
  if (literal !== '') parts.push({ literal })
  return { parts, unknown }
}

/** The text that reads as these parts. */
export function showLogFormat(parts: readonly LogPart[]): string {
  return parts.map((part) => ('literal' in part ? part.literal : `{${part.placeholder}}`)).join('')
}
