/** IP addresses as text: strict reading, and the one spelling that RFC 5952 recommends, so that equal ones compare equal. */

export interface Address {
  /** 4 or 16. */
  readonly octets: readonly number[]
  /** Lower case, shortest. */
  readonly text: string
}

/** Undefined when the text is no address. Zone indexes (`%eth0`) and leading zeros in IPv4 are refused, as in CoreDNS. */
export function readAddress(text: string): Address | undefined {
  const octets = text.includes(':') ? readIPv6(text) : readIPv4(text)
  return octets === undefined ? undefined : { octets, text: octets.length === 4 ? octets.join('.') : showIPv6(octets) }
}

function readIPv4(text: string): number[] | undefined {
  const parts = text.split('.')
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  return valid ? parts.map(Number) : undefined
}

function readIPv6(text: string): number[] | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [left, right] = halves.map((half, index) => readGroups(half, index === halves.length - 1))
  if (left === undefined) return undefined
  if (halves.length === 1) return left.length === 16 ? left : undefined
  if (right === undefined || left.length + right.length > 14) return undefined
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right]
}

/** Octets of groups of hexadecimal digits; the last group may be an IPv4 address when `last`. */
function readGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const octets: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const ipv4 = last && index === groups.length - 1 && group.includes('.') ? readIPv4(group) : undefined
    if (ipv4 !== undefined) octets.push(...ipv4)
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      octets.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255)
    else return undefined
  }
  return octets
}

function showIPv6(octets: readonly number[]): string {
  const groups: string[] = []
  for (let i = 0; i < 16; i += 2) groups.push((((octets[i] ?? 0) << 8) | (octets[i + 1] ?? 0)).toString(16))
  // The longest run of at least two zero groups, the first of equals, becomes `::`.
  let start = -1
  let longest = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === '0') end += 1
    if (end - i > longest) {
      start = i
      longest = end - i
    }
  }
  if (start === -1) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + longest).join(':')}`
}
