/** Reading addresses and protocols out of single labels, in place. */
import type { QueryName } from './query-name.ts'

const DASH = 0x2d
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

/** The IPv4 address that a label like `10-0-0-1` spells, as a number; -1: it spells none. Leading zeros are not read. */
export function dashedIPv4(name: QueryName, label: number): number {
  const { view } = name
  const start = name.start(label) + 1
  const end = start + name.length(label)
  if (end - start < 7 || end - start > 15) return -1
  let address = 0
  let at = start
  for (let part = 0; part < 4; part++) {
    const first = at
    let value = 0
    for (; at < end && at - first < 3; at++) {
      const digit = view.getUint8(at) - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    const digits = at - first
    if (digits === 0 || value > 255 || (digits > 1 && view.getUint8(first) === 0x30)) return -1
    address = address * 256 + value
    if (part < 3) {
      if (at >= end || view.getUint8(at) !== DASH) return -1
      at += 1
    }
  }
  return at === end ? address : -1
}

/**
 * The IPv6 address that a label spells with `-` for `:`, any spelling (`fd00--1`, `FD00-0-0-0-0-0-0-1`).
 * @param out 16 octets, overwritten. @returns false when it spells none.
 */
export function dashedIPv6(name: QueryName, label: number, out: DataView): boolean {
  const { view } = name
  const start = name.start(label) + 1
  const end = start + name.length(label)
  let groups = 0
  let gap = -1
  let at = start
  if (end - start >= 2 && view.getUint8(start) === DASH) {
    if (view.getUint8(start + 1) !== DASH) return false
    gap = 0
    at = start + 2
  }
  while (at < end) {
    if (groups === 8) return false
    let value = 0
    const first = at
    for (; at < end && at - first < 4; at++) {
      const digit = hexDigit(view.getUint8(at))
      if (digit < 0) break
      value = value * 16 + digit
    }
    if (at === first) return false
    out.setUint16(groups * 2, value)
    groups += 1
    if (at === end) break
    if (view.getUint8(at) !== DASH) return false
    at += 1
    if (at === end) return false
    if (view.getUint8(at) === DASH) {
      if (gap >= 0) return false
      gap = groups
      at += 1
    }
  }
  if (gap < 0) return groups === 8
  if (groups === 8) return false
  const tail = groups - gap
  for (let group = 7; group >= gap; group--) {
    const from = group - (8 - groups)
    out.setUint16(group * 2, group > 7 - tail ? out.getUint16(from * 2) : 0)
  }
  return true
}

/** The value of a hexadecimal digit in lower case, or -1. */
export function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  return octet >= 0x61 && octet <= 0x66 ? octet - 0x57 : -1
}
