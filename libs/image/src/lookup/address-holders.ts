/**
 * Who holds an address, over all images of a stack: by namespace and name of the service, then by place in its record. So the
 * order is that of one image of everything, however images share it.
 */

import type { Image } from '../image.ts'
import { OWN_ADDRESS, RECORD } from '../layout.ts'
import type { ImageStack } from './find.ts'
import { addressEnd, addressStart, entryOrdinal, entryRecord, isOfAddress, isVisible } from './reverse.ts'

/** One for each thread, overwritten for each question. */
export class AddressHolders {
  image: Image | undefined
  /** Octet offset of the record in its image. */
  record = 0
  /** The endpoint in the record, or OWN_ADDRESS. */
  ordinal = 0
  #images: ImageStack = []
  #stanza = 0
  #isIPv6 = false
  #isOwn = false
  /** Of the images that have entries of the address: their place in the stack, the next entry that counts, and the end. */
  readonly #layers: number[] = []
  readonly #next: number[] = []
  readonly #end: number[] = []
  #count = 0

  /**
   * To be called after `lookupReverse` found the address: what it left of the question's work is what may be looked at.
   * @param own services whose own address it is; else endpoints
   */
  begin(images: ImageStack, stanza: number, isIPv6: boolean, address: DataView, own: boolean): void {
    this.#images = images
    this.#stanza = stanza
    this.#isIPv6 = isIPv6
    this.#isOwn = own
    this.#count = 0
    for (let layer = 0; layer < images.length; layer++) {
      const image = images[layer] as Image
      const start = addressStart(image, isIPv6, address)
      if (!isOfAddress(image, isIPv6, start, address)) continue
      const at = this.#count
      this.#layers[at] = layer
      this.#next[at] = start
      this.#end[at] = addressEnd(image, isIPv6, address)
      this.#count += 1
    }
    for (let at = 0; at < this.#count; at++) this.#settle(at)
  }

  /** @returns false when there are no more; else `image`, `record` and `ordinal` say which. */
  next(): boolean {
    // Mostly it is so, and there is nothing to put in order.
    if (this.#count === 1) return this.#take(0)
    const isIPv6 = this.#isIPv6
    let first = -1
    let firstRecord = 0
    for (let at = 0; at < this.#count; at++) {
      const entry = this.#next[at] as number
      if (entry >= (this.#end[at] as number)) continue
      const image = this.#imageAt(at)
      const record = entryRecord(image, isIPv6, entry)
      if (first >= 0 && compareRecords(image, record, this.#imageAt(first), firstRecord) >= 0) continue
      first = at
      firstRecord = record
    }
    return first >= 0 && this.#take(first)
  }

  #take(at: number): boolean {
    const entry = this.#next[at] as number
    if (entry >= (this.#end[at] as number)) return false
    const image = this.#imageAt(at)
    this.image = image
    this.record = entryRecord(image, this.#isIPv6, entry)
    this.ordinal = entryOrdinal(image, this.#isIPv6, entry)
    this.#next[at] = entry + 1
    this.#settle(at)
    return true
  }

  #imageAt(at: number): Image {
    return this.#images[this.#layers[at] as number] as Image
  }

  /** Goes on to the next entry that counts, which may be the one it stands at. */
  #settle(at: number): void {
    const layer = this.#layers[at] as number
    const image = this.#images[layer] as Image
    const isIPv6 = this.#isIPv6
    const end = this.#end[at] as number
    let entry = this.#next[at] as number
    for (; entry < end; entry++) {
      if ((entryOrdinal(image, isIPv6, entry) === OWN_ADDRESS) !== this.#isOwn) continue
      if (isVisible(this.#images, layer, this.#stanza, isIPv6, entry)) break
    }
    this.#next[at] = entry
  }
}

/** As the records of an image stand: by the text of the namespace, then of the service. */
function compareRecords(image: Image, record: number, other: Image, otherRecord: number): number {
  return (
    compareFragments(image, record + RECORD.namespace, other, otherRecord + RECORD.namespace) ||
    compareFragments(image, record + RECORD.service, other, otherRecord + RECORD.service)
  )
}

const DOT = 0x2e

/** @param at where the offset of a fragment stands: labels in wire form behind an octet that says how many octets they are */
function compareFragments(image: Image, at: number, other: Image, otherAt: number): number {
  const { view } = image
  const { view: otherView } = other
  const from = image.strings + view.getUint32(at, true)
  const otherFrom = other.strings + otherView.getUint32(otherAt, true)
  const octets = view.getUint8(from)
  const otherOctets = otherView.getUint8(otherFrom)
  // The length of a label reads as the dot before it; the first one has none.
  let label = view.getUint8(from + 1) + 1
  let otherLabel = otherView.getUint8(otherFrom + 1) + 1
  for (let place = 1; place < octets && place < otherOctets; place++) {
    let octet = view.getUint8(from + 1 + place)
    let otherOctet = otherView.getUint8(otherFrom + 1 + place)
    if (place === label) {
      label += octet + 1
      octet = DOT
    }
    if (place === otherLabel) {
      otherLabel += otherOctet + 1
      otherOctet = DOT
    }
    if (octet !== otherOctet) return octet - otherOctet
  }
  return octets - otherOctets
}
