/** The names of a reverse zone: those of the addresses that records hold, and the nodes above them. */
import { nameFromText, readReverseName, reverseMatch, TYPE } from '@zonecast/dns'
import type { Image } from '../image.ts'
import { type ImageStack, UNBOUNDED } from './find.ts'
import type { ListedName } from './listed-name.ts'
import { addressStart, entryAt, isVisible } from './reverse.ts'

const NONE: readonly number[] = []
const POINTER: readonly number[] = [TYPE.PTR]

/** In the order of the addresses, each node before what lies below it. See `listNames`. */
export function* listReverseNames(images: ImageStack, stanza: number, zone: string): Generator<ListedName> {
  const range = reverseMatch()
  if (!readReverseName(nameFromText(`${zone}.`), range)) return
  const isIPv6 = range.size === 16
  const first = range.bits / (isIPv6 ? 4 : 8)
  let before: readonly string[] = []
  for (const address of addresses(images, stanza, isIPv6, range.address, range.bits)) {
    const parts = isIPv6 ? nibbles(address) : Array.from(address, String)
    let depth = first
    while (depth < parts.length && parts[depth] === before[depth]) depth += 1
    for (; depth < parts.length; depth++) {
      const labels = parts
        .slice(first, depth + 1)
        .reverse()
        .join('.')
      yield { labels, types: depth + 1 < parts.length ? NONE : POINTER }
    }
    before = parts
  }
}

/** Each address that begins with the first `bits` of `prefix` and that a visible entry has, once, in order. */
function* addresses(
  images: ImageStack,
  stanza: number,
  isIPv6: boolean,
  prefix: Uint8Array,
  bits: number,
): Generator<Uint8Array> {
  const start = new DataView(prefix.buffer, prefix.byteOffset, 16)
  const next = images.map((image) => addressStart(image, isIPv6, start))
  for (;;) {
    const heads = images.map((image, layer) => addressAt(image, isIPv6, next[layer] as number))
    const address = heads.reduce((least, head) => (isLess(head, least) ? head : least), undefined)
    if (address === undefined || !beginsWith(address, prefix, bits)) return
    let visible = false
    for (const [layer, image] of images.entries()) {
      for (let entry = next[layer] as number; equals(addressAt(image, isIPv6, entry), address); entry++) {
        visible ||= isVisible(images, layer, stanza, isIPv6, entry, UNBOUNDED)
        next[layer] = entry + 1
      }
    }
    if (visible) yield address
  }
}

/** undefined beyond the last entry. */
function addressAt(image: Image, isIPv6: boolean, entry: number): Uint8Array | undefined {
  if (entry >= (isIPv6 ? image.reverse6Entries : image.reverse4Entries)) return undefined
  const at = entryAt(image, isIPv6, entry)
  // The words of the table are little-endian, those of IPv6 addresses are not.
  return isIPv6 ? image.octets.slice(at, at + 16) : image.octets.slice(at, at + 4).reverse()
}

function nibbles(address: Uint8Array): string[] {
  return Array.from(address).flatMap((octet) => [(octet >> 4).toString(16), (octet & 15).toString(16)])
}

function isLess(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined
  const at = a.findIndex((octet, index) => octet !== b[index])
  return at >= 0 && (a[at] as number) < (b[at] as number)
}

function equals(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a?.every((octet, index) => octet === b[index]) ?? false
}

function beginsWith(address: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  for (let at = 0; at * 4 < bits; at++) {
    const shift = at % 2 === 0 ? 4 : 0
    if ((((address[at >> 1] as number) ^ (prefix[at >> 1] as number)) >> shift) & 15) return false
  }
  return true
}
