/** What a name below in-addr.arpa or ip6.arpa means: an address that records hold, or a node above such addresses. */

import { type Image, REVERSE4_ENTRY, REVERSE6_ENTRY } from '../image.ts'
import { RECORD, REVERSE_BLOCK } from '../layout.ts'
import type { QueryName } from '../query-name.ts'
import { type ImageStack, isSuperseded, type Work } from './find.ts'
import type { Outcome } from './lookup.ts'
import type { Match } from './match.ts'

const low = new DataView(new ArrayBuffer(16))
const high = new DataView(new ArrayBuffer(16))

/** Entries and index slots that one question may look at: half a millisecond. */
const WORK = 100_000
/** Of the question that `lookupReverse` read last. */
const questionWork: Work = { left: 0 }

/**
 * Finds what a name in a reverse zone stands for. A whole address is 'found' (kind address) when a record of the stanza
 * holds it, a part of one is 'found' (kind inner) when such an address lies below it.
 * @param apexLabels labels of the zone, 2 (`in-addr.arpa`) and up
 */
export function lookupReverse(
  images: ImageStack,
  stanza: number,
  name: QueryName,
  apexLabels: number,
  out: Match,
): Outcome {
  if (name.labels === apexLabels) {
    out.kind = 'apex'
    return 'found'
  }
  // Just above the octets or nibbles stand two labels: in-addr or ip6, and arpa.
  const parts = name.labels - 2
  out.isIPv6 = name.length(parts) === 3
  const whole = out.isIPv6 ? 32 : 4
  if (parts > whole || !(out.isIPv6 ? readNibbles(name, parts) : readOctets(name, parts))) return 'nxdomain'
  questionWork.left = WORK
  for (let layer = 0; layer < images.length; layer++) {
    if (!hasVisible(images, layer, stanza, out.isIPv6)) continue
    out.kind = parts === whole ? 'address' : 'inner'
    const octets = parts < whole ? 0 : out.isIPv6 ? 16 : 4
    for (let at = 0; at < octets; at += 4) out.address.setUint32(at, low.getUint32(at))
    return 'found'
  }
  return 'nxdomain'
}

/**
 * True when some entry of the layer in [low, high] is visible. When so many are superseded that the work is used up, it is
 * true as well: to call a name that does not exist empty does less harm than to deny one that has data.
 */
function hasVisible(images: ImageStack, layer: number, stanza: number, isIPv6: boolean): boolean {
  const image = images[layer] as Image
  const end = rangeEnd(image, isIPv6)
  for (let entry = rangeStart(image, isIPv6); entry < end; entry++) {
    if (entry % REVERSE_BLOCK === 0) {
      entry = skipBlocks(image, stanza, isIPv6, entry, end)
      if (entry >= end) return false
    }
    if (questionWork.left <= 0 || isVisible(images, layer, stanza, isIPv6, entry)) return true
  }
  return false
}

/** The first block from `entry` on that has an entry of the stanza; `end` or beyond when there is none before it. */
function skipBlocks(image: Image, stanza: number, isIPv6: boolean, entry: number, end: number): number {
  const blocks = isIPv6 ? image.blocks6 : image.blocks4
  let at = entry
  while (at < end && ((image.view.getUint32(blocks + (at / REVERSE_BLOCK) * 4, true) >>> stanza) & 1) === 0) {
    at += REVERSE_BLOCK
  }
  return at
}

/** Where the entries of one address begin and end in an image's table; `address` as in a Match of kind address. */
export function addressStart(image: Image, isIPv6: boolean, address: DataView): number {
  return search(image, isIPv6, address, false)
}

export function addressEnd(image: Image, isIPv6: boolean, address: DataView): number {
  return search(image, isIPv6, address, true)
}

/** True when the entry at which an address would begin is of that address. */
export function isOfAddress(image: Image, isIPv6: boolean, entry: number, address: DataView): boolean {
  if (entry >= (isIPv6 ? image.reverse6Entries : image.reverse4Entries)) return false
  return (isIPv6 ? compare6(image, entry, address) : compare4(image, entry, address)) === 0
}

/** The record that an entry leads to, as an offset in the image. */
export function entryRecord(image: Image, isIPv6: boolean, entry: number): number {
  return image.records + image.view.getUint32(entryAt(image, isIPv6, entry) + (isIPv6 ? 16 : 4), true)
}

/** The endpoint in the record, or OWN_ADDRESS. */
export function entryOrdinal(image: Image, isIPv6: boolean, entry: number): number {
  return image.view.getUint32(entryAt(image, isIPv6, entry) + (isIPv6 ? 20 : 8), true)
}

/**
 * True when the entry's record is one of the stanza and no newer image knows its service.
 * @param work what may be looked at; by default what `lookupReverse`, which comes first, left of a question's share. When it
 * is used up, nothing is visible any more.
 */
export function isVisible(
  images: ImageStack,
  layer: number,
  stanza: number,
  isIPv6: boolean,
  entry: number,
  work: Work = questionWork,
): boolean {
  if (work.left <= 0) return false
  work.left -= 1
  const image = images[layer] as Image
  const record = entryRecord(image, isIPv6, entry)
  const inStanza = (image.view.getUint32(record + RECORD.stanzas, true) >>> stanza) & 1
  return inStanza === 1 && !isSuperseded(images, layer, record, work)
}

/** Octet offset in the image of an entry, which begins with its address. */
export function entryAt(image: Image, isIPv6: boolean, entry: number): number {
  return isIPv6 ? image.reverse6 + entry * REVERSE6_ENTRY : image.reverse4 + entry * REVERSE4_ENTRY
}

function rangeStart(image: Image, isIPv6: boolean): number {
  return search(image, isIPv6, low, false)
}

function rangeEnd(image: Image, isIPv6: boolean): number {
  return search(image, isIPv6, high, true)
}

/** The first entry whose address is not below (`after`: is above) the given one. */
function search(image: Image, isIPv6: boolean, address: DataView, after: boolean): number {
  let from = 0
  let to = isIPv6 ? image.reverse6Entries : image.reverse4Entries
  while (from < to) {
    const middle = (from + to) >>> 1
    const order = isIPv6 ? compare6(image, middle, address) : compare4(image, middle, address)
    if (order < 0 || (after && order === 0)) from = middle + 1
    else to = middle
  }
  return from
}

function compare4(image: Image, entry: number, address: DataView): number {
  return image.view.getUint32(image.reverse4 + entry * REVERSE4_ENTRY, true) - address.getUint32(0)
}

function compare6(image: Image, entry: number, address: DataView): number {
  const at = image.reverse6 + entry * REVERSE6_ENTRY
  for (let octet = 0; octet < 16; octet += 4) {
    const order = image.view.getUint32(at + octet) - address.getUint32(octet)
    if (order !== 0) return order
  }
  return 0
}

/** Labels [0, parts) as decimal octets, the rightmost first, into `low` and `high` (the range they stand for). */
function readOctets(name: QueryName, parts: number): boolean {
  low.setUint32(0, 0)
  high.setUint32(0, 0xffffffff)
  for (let part = 0; part < parts; part++) {
    const label = parts - 1 - part
    const octets = name.length(label)
    const start = name.start(label) + 1
    if (octets > 3) return false
    let value = 0
    for (let at = 0; at < octets; at++) {
      const digit = name.view.getUint8(start + at) - 0x30
      if (digit < 0 || digit > 9 || (digit === 0 && at === 0 && octets > 1)) return false
      value = value * 10 + digit
    }
    if (value > 255) return false
    low.setUint8(part, value)
    high.setUint8(part, value)
  }
  return true
}

/** Labels [0, parts) as nibbles of one hexadecimal digit, the rightmost first. */
function readNibbles(name: QueryName, parts: number): boolean {
  for (let at = 0; at < 16; at += 4) {
    low.setUint32(at, 0)
    high.setUint32(at, 0xffffffff)
  }
  for (let part = 0; part < parts; part++) {
    const label = parts - 1 - part
    const value = name.length(label) === 1 ? hexDigit(name.view.getUint8(name.start(label) + 1)) : -1
    if (value < 0) return false
    const at = part >>> 1
    const shift = part % 2 === 0 ? 4 : 0
    low.setUint8(at, low.getUint8(at) | (value << shift))
    high.setUint8(at, (high.getUint8(at) & ~(0xf << shift)) | (value << shift))
  }
  return true
}

/** The value of a hexadecimal digit in lower case, or -1. */
function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  return octet >= 0x61 && octet <= 0x66 ? octet - 0x57 : -1
}
