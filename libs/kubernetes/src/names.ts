/**
 * What the API server accepts as a name or an address. Names of services and namespaces become labels of DNS names as
 * they stand, so whatever is no such label must not get further.
 */

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)
const GROUP = /^[0-9A-Fa-f]{1,4}$/

/** RFC 1123 as Kubernetes reads it: 1..63 lower-case letters, digits and inner hyphens. */
export function isDnsLabel(text: string): boolean {
  return LABEL.test(text)
}

/** Labels joined by dots, at most 253 octets. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text)
}

/** Four decimal octets; leading zeros are refused, for some readers take them as octal. */
export function isIPv4(text: string): boolean {
  return text.length <= 15 && IPV4.test(text)
}

/** RFC 4291 section 2.2, all three forms; no zone index. */
export function isIPv6(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false
  const gap = text.indexOf('::')
  if (gap < 0) return groupsIn(text) === 8
  if (text.indexOf('::', gap + 1) >= 0) return false
  const [before, after] = [text.slice(0, gap), text.slice(gap + 2)]
  const groups = (before === '' ? 0 : groupsIn(before)) + (after === '' ? 0 : groupsIn(after))
  return groups <= 7 && !before.includes('.')
}

/** The 16-bit groups that `text` spells, or NaN when it is not made of groups; an IPv4 address at its end counts as two. */
function groupsIn(text: string): number {
  const parts = text.split(':')
  const last = parts.pop() as string
  if (!parts.every((part) => GROUP.test(part))) return Number.NaN
  if (GROUP.test(last)) return parts.length + 1
  return isIPv4(last) ? parts.length + 2 : Number.NaN
}

export function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text)
}
