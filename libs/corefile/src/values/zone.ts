/**
 * Zones as text: made absolute and lower-case, and CIDR prefixes turned into the reverse zones that cover them. As in
 * CoreDNS a prefix that ends within an octet (IPv6: a nibble) stands for several zones: 10.96.0.0/12 for 96.10.in-addr.arpa.
 * to 111.10.in-addr.arpa., the host bits not counting.
 */

import { readAddress } from './address.ts'

export interface ZoneProblem {
  readonly problem: string
}

// With a slash only as in RFC 2317: 0/25.2.0.192.in-addr.arpa.
const label = /^(?:[a-z0-9_-]{1,63}|\d{1,3}\/\d{1,2})$/

/** One zone, or for a prefix up to 128. */
export function readZones(text: string): readonly string[] | ZoneProblem {
  const slash = text.lastIndexOf('/')
  const address = slash === -1 ? undefined : readAddress(text.slice(0, slash))
  if (address !== undefined) {
    const bits = address.octets.length * 8
    const length = text.slice(slash + 1)
    if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return { problem: `a prefix length is 0 to ${bits}` }
    return reverseZones(address.octets, Number(length))
  }
  if (text === '.') return ['.']
  const bare = readAddress(text)
  if (bare !== undefined) return { problem: `write a prefix such as ${bare.text}/${bare.octets.length * 8}` }
  const zone = text.endsWith('.') ? text.slice(0, -1).toLowerCase() : text.toLowerCase()
  if (zone === '') return { problem: 'the root is written "."' }
  if (zone.length > 253) return { problem: 'a name has at most 253 characters' }
  const wrong = zone.split('.').find((part) => !label.test(part))
  if (wrong === undefined) return [`${zone}.`]
  if (wrong === '') return { problem: 'a label is empty' }
  if (wrong.length > 63) return { problem: 'a label has at most 63 characters' }
  return { problem: 'labels are of letters, digits, "-" and "_" (international ones in their xn-- form)' }
}

function reverseZones(octets: readonly number[], length: number): string[] {
  const ipv4 = octets.length === 4
  const bitsOfDigit = ipv4 ? 8 : 4
  const digits = ipv4 ? octets : octets.flatMap((octet) => [octet >> 4, octet & 15])
  const whole = Math.ceil(length / bitsOfDigit)
  const count = 2 ** (whole * bitsOfDigit - length)
  const above = digits.slice(0, Math.max(0, whole - 1))
  const last = digits[whole - 1]
  const suffix = ipv4 ? 'in-addr.arpa.' : 'ip6.arpa.'
  if (last === undefined) return [suffix]
  return Array.from({ length: count }, (_, index) => {
    const zone = [...above, last - (last % count) + index]
    return [...zone.reverse().map((digit) => digit.toString(ipv4 ? 10 : 16)), suffix].join('.')
  })
}

/** At or below in-addr.arpa. or ip6.arpa. */
export function isReverse(zone: string): boolean {
  return /(^|\.)(in-addr|ip6)\.arpa\.$/.test(zone)
}

/** The zone itself, its parent and so on up to the root. */
export function ancestors(zone: string): readonly string[] {
  const names = [zone]
  for (let dot = zone.indexOf('.'); dot !== -1 && dot < zone.length - 1; dot = zone.indexOf('.', dot + 1)) {
    names.push(zone.slice(dot + 1))
  }
  return zone === '.' ? names : [...names, '.']
}
