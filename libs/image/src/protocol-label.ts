/** Reading protocols out of single labels, in place. */
import type { QueryName } from './query-name.ts'

const PROTOCOL_LABELS = ['tcp', 'udp', 'sctp'].map((text) => new TextEncoder().encode(text))

/** The number in PROTOCOLS that a label spells, with or without one leading underscore; -1: none. */
export function protocolOf(name: QueryName, label: number): number {
  const start = name.start(label) + 1
  const skip = hasUnderscore(name, label) ? 1 : 0
  const octets = name.length(label) - skip
  for (let protocol = 0; protocol < PROTOCOL_LABELS.length; protocol++) {
    const text = PROTOCOL_LABELS[protocol] as Uint8Array
    if (text.length !== octets) continue
    let at = 0
    while (at < octets && name.view.getUint8(start + skip + at) === text[at]) at += 1
    if (at === octets) return protocol
  }
  return -1
}

export function hasUnderscore(name: QueryName, label: number): boolean {
  return name.length(label) > 0 && name.view.getUint8(name.start(label) + 1) === 0x5f
}
