/**
 * Names that stand for addresses: 7.0.0.10.in-addr.arpa. for 10.0.0.7 (RFC 1035 section 3.5), one label per hexadecimal
 * digit below ip6.arpa. (RFC 3596 section 2.5). Fewer labels stand for a prefix: 0.10.in-addr.arpa. is 10.0.0.0/16.
 */
import { parsePrefix } from './address.ts'
import { DnsError } from './errors.ts'
import { lowerCaseOctet, nameFromText, nameToText } from './name.ts'
import { hexDigit } from './octet-text.ts'

/** in-addr.arpa. in wire form. */
export const IN_ADDR_ARPA: Uint8Array = nameFromText('in-addr.arpa.')
/** ip6.arpa. in wire form. */
export const IP6_ARPA: Uint8Array = nameFromText('ip6.arpa.')

/** @param address 4 or 16 octets. */
export function reverseName(address: Uint8Array): Uint8Array {
  return prefixName(address, address.length * 8)
}

export function reverseNameText(address: Uint8Array): string {
  return nameToText(reverseName(address))
}

/**
 * The zones that together hold the reverse names of a prefix: one where it ends between labels, else as many as its next
 * whole label has values, in order. `10.96.0.0/12` gives 96.10.in-addr.arpa. to 111.10.in-addr.arpa.
 * @throws DnsError bad-prefix
 */
export function reverseZones(cidr: string): string[] {
  const prefix = parsePrefix(cidr)
  if (prefix === undefined) throw new DnsError('bad-prefix', cidr)
  const step = bitsPerLabel(prefix.address)
  const bits = Math.ceil(prefix.bits / step) * step
  const zones: string[] = []
  const address = prefix.address.slice()
  const last = (bits - 1) >> 3
  /** The last whole label counts up in the octet that it ends in: by ones, or by 16 when it is the upper half. */
  const increment = bits % 8 === 4 ? 16 : 1
  for (let left = 1 << (bits - prefix.bits); left > 0; left--) {
    zones.push(nameToText(prefixName(address, bits)))
    if (last >= 0) address[last] = (address[last] ?? 0) + increment
  }
  return zones
}

/** What a reverse name stands for. The caller owns it and reuses it. */
export interface ReverseMatch {
  /** Octets of an address: 4 below in-addr.arpa, 16 below ip6.arpa, 0 when the name is no reverse name. */
  size: 0 | 4 | 16
  /** How much of the address the name spells: 0 for the apex, 32 or 128 for a whole address. */
  bits: number
  /** 16 octets; those behind `bits` are zero. */
  readonly address: Uint8Array
}

export function reverseMatch(): ReverseMatch {
  return { size: 0, bits: 0, address: new Uint8Array(16) }
}

/**
 * Reads a reverse name, of a whole address or an inner node. Allocates nothing. Ignores case. Each label must be spelled
 * as `reverseName` does: no leading zeros, one hexadecimal digit.
 * @param out overwritten. @returns whether it is one, also in `out.size`.
 */
export function readReverseName(nameWire: Uint8Array, out: ReverseMatch): boolean {
  out.size = 0
  out.bits = 0
  const isIPv4 = endsIn(nameWire, IN_ADDR_ARPA)
  if (!isIPv4 && !endsIn(nameWire, IP6_ARPA)) return false
  const stop = nameWire.length - (isIPv4 ? IN_ADDR_ARPA : IP6_ARPA).length
  let labels = 0
  let at = 0
  for (; at < stop; at += 1 + (nameWire[at] ?? 0)) labels++
  if (at !== stop || labels > (isIPv4 ? 4 : 32)) return false
  out.address.fill(0)
  at = 0
  for (let index = labels - 1; index >= 0; index--) {
    const length = nameWire[at] ?? 0
    const value = isIPv4 ? decimal(nameWire, at + 1, length) : length === 1 ? hexDigit(nameWire[at + 1] ?? 0) : -1
    if (value < 0) return false
    if (isIPv4) out.address[index] = value
    else out.address[index >> 1] = (out.address[index >> 1] ?? 0) | (index % 2 === 0 ? value << 4 : value)
    at += 1 + length
  }
  out.bits = labels * (isIPv4 ? 8 : 4)
  out.size = isIPv4 ? 4 : 16
  return true
}

/** The address of a whole reverse name, 4 or 16 octets; undefined for inner nodes and other names. */
export function addressFromReverseName(nameWire: Uint8Array): Uint8Array | undefined {
  const match = reverseMatch()
  if (!readReverseName(nameWire, match) || match.bits !== match.size * 8) return undefined
  return match.address.slice(0, match.size)
}

function bitsPerLabel(address: Uint8Array): 4 | 8 {
  return address.length === 4 ? 8 : 4
}

/** @param bits a multiple of the bits of a label. */
function prefixName(address: Uint8Array, bits: number): Uint8Array {
  if (address.length !== 4 && address.length !== 16) throw new DnsError('bad-address', `${address.length} octets`)
  let text = ''
  if (address.length === 4) {
    for (let i = bits / 8 - 1; i >= 0; i--) text += `${address[i]}.`
    return nameFromText(`${text}in-addr.arpa.`)
  }
  for (let i = bits / 4 - 1; i >= 0; i--)
    text += `${(((address[i >> 1] ?? 0) >> (i % 2 === 0 ? 4 : 0)) & 15).toString(16)}.`
  return nameFromText(`${text}ip6.arpa.`)
}

/** Compares octets only; that a label begins there is seen when the labels before it are counted. */
function endsIn(nameWire: Uint8Array, suffix: Uint8Array): boolean {
  const start = nameWire.length - suffix.length
  if (start < 0) return false
  for (let i = 0; i < suffix.length; i++) if (lowerCaseOctet(nameWire[start + i] ?? 0) !== suffix[i]) return false
  return true
}

/** 0..255 without leading zeros, else -1. */
function decimal(octets: Uint8Array, at: number, length: number): number {
  if (length > 3 || (length > 1 && octets[at] === 0x30)) return -1
  let value = 0
  for (let i = 0; i < length; i++) {
    const digit = (octets[at + i] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value <= 255 ? value : -1
}
