/**
 * IPv4 and IPv6 addresses, 4 or 16 octets, and prefixes of them. What is read and printed is what Go's `net/netip` reads
 * and prints, without zone identifiers: IPv4 has no leading zeros, IPv6 is printed as RFC 5952 says.
 */
import { DnsError } from './errors.ts'
import { hexDigit } from './octet-text.ts'

/** Reads from text and from the octets of a label alike: from there a scratch copy, so that no string is made. */
const scratch = new Uint8Array(45)
const parsed = new Uint8Array(16)

const DOT = 0x2e
const COLON = 0x3a
const HYPHEN = 0x2d

/** @returns 4 or 16 octets, or undefined. */
export function parseAddress(text: string): Uint8Array | undefined {
  const size = readAddressText(text, parsed)
  return size === 0 ? undefined : parsed.slice(0, size)
}

/**
 * The address that a text spells. Allocates nothing.
 * @param out 16 octets. @returns octets written: 4, 16, or 0 when the text is no address.
 */
export function readAddressText(text: string, out: Uint8Array): 0 | 4 | 16 {
  const size = text.length
  if (size > scratch.length) return 0
  let isIPv6 = false
  for (let i = 0; i < size; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return 0
    isIPv6 ||= code === COLON
    scratch[i] = code
  }
  if (isIPv6) return readIPv6(scratch, 0, size, COLON, out) ? 16 : 0
  return readIPv4(scratch, 0, size, DOT, out, 0) ? 4 : 0
}

/**
 * The address that a label spells, as pods' names do: `10-0-0-7`, `fd00--2`. Allocates nothing.
 * @param start of the label's octets, behind its length. @param end exclusive.
 * @param out 16 octets. @returns octets written: 4, 16, or 0 when the label is no address.
 */
export function readAddressLabel(octets: Uint8Array, start: number, end: number, out: Uint8Array): 0 | 4 | 16 {
  if (readIPv4(octets, start, end, HYPHEN, out, 0)) return 4
  return readIPv6(octets, start, end, HYPHEN, out) ? 16 : 0
}

/** @param octets 4 or 16. */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return formatIPv4(octets, 0)
  if (octets.length !== 16) throw new DnsError('bad-address', `${octets.length} octets`)
  if (isIPv4Mapped(octets)) return `::ffff:${formatIPv4(octets, 12)}`
  // The longest run of zero groups, the first of equals; a single one is no run.
  let runStart = 8
  let runLength = 1
  for (let group = 0; group < 8; group++) {
    let end = group
    while (end < 8 && groupAt(octets, end) === 0) end++
    if (end - group > runLength) {
      runStart = group
      runLength = end - group
    }
    if (end > group) group = end
  }
  let text = ''
  for (let group = 0; group < 8; group++) {
    if (group === runStart) {
      text += '::'
      group += runLength - 1
    } else {
      if (group > 0 && group !== runStart + runLength) text += ':'
      text += groupAt(octets, group).toString(16)
    }
  }
  return text
}

/** ::ffff:0:0/96, the addresses of IPv4 inside IPv6. */
export function isIPv4Mapped(octets: Uint8Array): boolean {
  if (octets.length !== 16 || octets[10] !== 0xff || octets[11] !== 0xff) return false
  for (let i = 0; i < 10; i++) if (octets[i] !== 0) return false
  return true
}

/** Addresses that begin alike. Bits of `address` behind the prefix are zero. */
export interface AddressPrefix {
  readonly address: Uint8Array
  /** 0..32 or 0..128. */
  readonly bits: number
}

/** `10.96.0.0/12`; host bits are cut off, as CoreDNS does. undefined for what is no prefix. */
export function parsePrefix(text: string): AddressPrefix | undefined {
  const slash = text.lastIndexOf('/')
  if (slash < 0) return undefined
  const address = parseAddress(text.slice(0, slash))
  const digits = text.slice(slash + 1)
  if (address === undefined || !/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined
  const bits = Number(digits)
  if (bits > address.length * 8) return undefined
  for (let i = 0; i < address.length; i++) address[i] = (address[i] ?? 0) & maskOctet(bits, i)
  return { address, bits }
}

export function formatPrefix(prefix: AddressPrefix): string {
  return `${formatAddress(prefix.address)}/${prefix.bits}`
}

/**
 * An IPv4 prefix holds no IPv6 address, not even a mapped one, and the other way round.
 * @param address its octets are [start, end), all when not given
 */
export function prefixContains(
  prefix: AddressPrefix,
  address: Uint8Array,
  start = 0,
  end: number = address.length,
): boolean {
  if (prefix.address.length !== end - start) return false
  for (let i = 0; i * 8 < prefix.bits; i++) {
    if (((address[start + i] ?? 0) & maskOctet(prefix.bits, i)) !== prefix.address[i]) return false
  }
  return true
}

/** The bits of octet `index` that a prefix of `bits` covers. */
function maskOctet(bits: number, index: number): number {
  const covered = Math.min(8, Math.max(0, bits - index * 8))
  return (0xff00 >> covered) & 0xff
}

function groupAt(octets: Uint8Array, group: number): number {
  return ((octets[2 * group] ?? 0) << 8) | (octets[2 * group + 1] ?? 0)
}

function formatIPv4(octets: Uint8Array, at: number): string {
  return `${octets[at]}.${octets[at + 1]}.${octets[at + 2]}.${octets[at + 3]}`
}

/** Four decimal numbers, no leading zeros, `separator` between them. */
function readIPv4(
  from: Uint8Array,
  start: number,
  end: number,
  separator: number,
  out: Uint8Array,
  to: number,
): boolean {
  let field = 0
  let value = 0
  let digits = 0
  for (let at = start; at < end; at++) {
    const octet = from[at] ?? 0
    if (octet === separator) {
      if (digits === 0 || field === 3) return false
      out[to + field++] = value
      value = digits = 0
      continue
    }
    const digit = octet - 0x30
    if (digit < 0 || digit > 9 || (digits > 0 && value === 0)) return false
    value = value * 10 + digit
    digits++
    if (value > 255) return false
  }
  if (field !== 3 || digits === 0) return false
  out[to + 3] = value
  return true
}

/** Groups of one to four hexadecimal digits, at most one gap of two separators, an IPv4 address at the end. */
function readIPv6(from: Uint8Array, start: number, end: number, separator: number, out: Uint8Array): boolean {
  let at = start
  let filled = 0
  /** Octets before the gap; -1 while there is none. */
  let gap = -1
  if (from[at] === separator) {
    if (at + 1 >= end || from[at + 1] !== separator) return false
    gap = 0
    at += 2
  }
  while (at < end) {
    if (filled === 16) return false
    const groupStart = at
    let value = 0
    for (let digit = 0; at < end; at++) {
      digit = hexDigit(from[at] ?? 0)
      if (digit < 0) break
      if (at - groupStart === 4) return false
      value = value * 16 + digit
    }
    if (at === groupStart) return false
    if (at < end && from[at] === DOT && separator === COLON) {
      // IPv4 takes the place of the last two groups.
      if ((gap < 0 && filled !== 12) || filled > 12) return false
      if (!readIPv4(from, groupStart, end, DOT, out, filled)) return false
      filled += 4
      break
    }
    out[filled++] = value >> 8
    out[filled++] = value & 0xff
    if (at === end) break
    if (from[at++] !== separator || at === end) return false
    if (from[at] === separator) {
      if (gap >= 0) return false
      gap = filled
      at++
    }
  }
  if (gap < 0) return filled === 16
  if (filled === 16) return false
  out.copyWithin(16 - (filled - gap), gap, filled)
  out.fill(0, gap, 16 - (filled - gap))
  return true
}
