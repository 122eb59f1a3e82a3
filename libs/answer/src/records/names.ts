/** Writing the names of services and endpoints, which no image stores whole. */
import { ENDPOINT, endpointAddress, endpointName, type Image, primaryName, RECORD } from '@zonecast/image'
import type { ResponseWriter } from '../response-writer.ts'
import type { Naming } from './naming.ts'

/** The most octets that a name written here can take. */
export const NAME_OCTETS = 255

/** full: no room left. too-long: over 255 octets, so there is no such name. In both cases what was written does not count. */
export type NameOutcome = 'written' | 'full' | 'too-long'

/** SVC.NS.svc.Z, uncompressed. */
export function writeServiceName(writer: ResponseWriter, image: Image, record: number, naming: Naming): NameOutcome {
  const start = writer.at
  return writeServiceLabels(writer, image, record, naming) ? writeSuffix(writer, start, naming.suffix) : 'full'
}

/** HOST.SVC.NS.svc.Z, uncompressed. @param endpoint offset of the endpoint in the image */
export function writeEndpointName(
  writer: ResponseWriter,
  image: Image,
  record: number,
  endpoint: number,
  naming: Naming,
): NameOutcome {
  const start = writer.at
  const labels = writeEndpointLabels(writer, image, endpoint) && writeServiceLabels(writer, image, record, naming)
  return labels ? writeSuffix(writer, start, naming.suffix) : 'full'
}

/** The labels of an endpoint, below its service's name. */
export function writeEndpointLabels(writer: ResponseWriter, image: Image, endpoint: number): boolean {
  const named = image.view.getUint32(endpoint + ENDPOINT.name, true) !== 0
  return named ? writeFragment(writer, image, endpointName(image, endpoint)) : writeDashed(writer, image, endpoint)
}

/** SVC.NS, and what stands between them. */
export function writeServiceLabels(writer: ResponseWriter, image: Image, record: number, naming: Naming): boolean {
  const { view } = image
  const { middle, hasNamespace } = naming
  if (!writeFragment(writer, image, image.strings + primaryName(view, record))) return false
  if (middle.length > 0) {
    if (!writer.fits(middle.length)) return false
    writer.octets(middle)
  }
  return !hasNamespace || writeFragment(writer, image, image.strings + view.getUint32(record + RECORD.namespace, true))
}

/** The labels of a fragment. @param fragment offset in the image */
export function writeFragment(writer: ResponseWriter, image: Image, fragment: number): boolean {
  const octets = image.view.getUint8(fragment)
  if (!writer.fits(octets)) return false
  writer.copy(image.view, fragment + 1, octets)
  return true
}

function writeSuffix(writer: ResponseWriter, start: number, suffix: Uint8Array): NameOutcome {
  if (writer.at + suffix.length - start > NAME_OCTETS) return 'too-long'
  if (!writer.fits(suffix.length)) return 'full'
  writer.octets(suffix)
  return 'written'
}

/** `10-0-0-1`, the name of an endpoint that has none of its own. */
function writeDashed(writer: ResponseWriter, image: Image, endpoint: number): boolean {
  if (!writer.fits(16)) return false
  const address = endpointAddress(image, endpoint)
  const lengthAt = writer.at
  writer.u8(0)
  for (let part = 0; part < 4; part++) {
    if (part > 0) writer.u8(DASH)
    const value = image.view.getUint8(address + part)
    if (value >= 100) writer.u8(ZERO + Math.trunc(value / 100))
    if (value >= 10) writer.u8(ZERO + (Math.trunc(value / 10) % 10))
    writer.u8(ZERO + (value % 10))
  }
  writer.view.setUint8(lengthAt, writer.at - lengthAt - 1)
  return true
}

const DASH = 0x2d
const ZERO = 0x30
