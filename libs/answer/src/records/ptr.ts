/** PTR records: which services and endpoints hold an address. */
import { TYPE } from '@zonecast/dns'
import { AddressHolders, ENDPOINT, endpointsAt, type Image, type ImageStack, type Match } from '@zonecast/image'
import { POINTER_LIMIT, QNAME_POINTER, type ResponseWriter } from '../response-writer.ts'
import { NAME_OCTETS, writeEndpointLabels, writeServiceLabels } from './names.ts'
import type { Naming } from './naming.ts'

const holders = new AddressHolders()

/**
 * The names of the services whose own address this is, by namespace and name; when there are none, those of the endpoints
 * that have it.
 * @returns false when some did not fit.
 */
export function writePtr(
  writer: ResponseWriter,
  images: ImageStack,
  stanza: number,
  match: Match,
  naming: Naming,
  ttlSec: number,
): boolean {
  const whole = writeEntries(writer, images, stanza, match, naming, ttlSec, true)
  return writer.answers > 0 ? whole : writeEntries(writer, images, stanza, match, naming, ttlSec, false)
}

function writeEntries(
  writer: ResponseWriter,
  images: ImageStack,
  stanza: number,
  match: Match,
  naming: Naming,
  ttlSec: number,
  own: boolean,
): boolean {
  const { isIPv6, address } = match
  const { suffix } = naming
  // Where the suffix stands for the first time; later targets point there.
  let suffixAt = 0
  holders.begin(images, stanza, isIPv6, address, own)
  while (holders.next()) {
    const image = holders.image as Image
    const { record, ordinal } = holders
    const mark = writer.at
    if (!writer.fits(12)) return false
    writer.recordHead(QNAME_POINTER, TYPE.PTR, ttlSec)
    writer.u16(0)
    const endpoint = endpointsAt(image.view, record) + ordinal * ENDPOINT.octets
    const labels =
      (own || writeEndpointLabels(writer, image, endpoint)) && writeServiceLabels(writer, image, record, naming)
    const labelsEnd = writer.at
    const tooLong = labels && labelsEnd - mark - 12 + suffix.length > NAME_OCTETS
    if (!labels || tooLong || !writer.fits(suffixAt > 0 ? 2 : suffix.length)) {
      writer.at = mark
      // A name over 255 octets is no name: this record does not exist.
      if (tooLong) continue
      return false
    }
    if (suffixAt > 0) writer.u16(0xc000 | suffixAt)
    else {
      writer.octets(suffix)
      if (labelsEnd < POINTER_LIMIT) suffixAt = labelsEnd
    }
    writer.view.setUint16(mark + 10, writer.at - mark - 12)
    writer.answers += 1
  }
  return true
}
