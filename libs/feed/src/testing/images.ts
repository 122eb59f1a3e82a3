/** Small images to publish: services of one namespace, each with one address. */
import { createHash, randomBytes } from 'node:crypto'
import {
  buildImage,
  FORMAT_VERSION,
  type FormatVersion,
  type ImageContent,
  readContent,
  type ServiceRecord,
  SPECIFIED,
} from '@zonecast/image'
import { FollowedStack } from '../image-stack.ts'

export const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()

export const newStack = (format: FormatVersion = FORMAT_VERSION) =>
  new FollowedStack({ sha256, checkImages: true, format })

/** Service names to the last octet of their address; 0: it is gone. */
export type Services = Readonly<Record<string, number>>

export interface ImageOptions {
  readonly zone?: string
  readonly serial?: number
  /** So many octets that do not compress. */
  readonly ballast?: number
  readonly format?: FormatVersion
}

export function imageOf(kind: 'base' | 'delta', services: Services, options: ImageOptions = {}): Uint8Array {
  const { zone = 'cluster.local', serial = 1, ballast = 0, format } = options
  const content: ImageContent = {
    kind,
    createdAtMs: 0,
    meta: {},
    stanzas: [{ ...SPECIFIED, ttlSec: 5, pods: 'disabled', zones: [{ name: zone, serial }] }],
    namespaces: [],
    services: Object.entries(services).map(([name, last]) => serviceRecord(name, last)),
    pods: [],
    rrsets: ballast === 0 ? [] : [{ owner: 'ballast', stanzas: 1, type: 16, ttlSec: 5, rdata: randomRdata(ballast) }],
  }
  return buildImage(content, sha256, undefined, format)
}

/** What the images of a stack say together. */
export function servicesOf(stack: Pick<FollowedStack, 'images'>): Record<string, number> {
  const found: Record<string, number> = {}
  for (const image of [...stack.images].reverse()) {
    for (const record of readContent(image).services) {
      const last = record.addresses[0]?.[3]
      if (last === undefined) delete found[record.service]
      else found[record.service] = last
    }
    for (const { owner, rdata } of readContent(image).rrsets) {
      found[`${owner} rdata`] = rdata.reduce((sum, { length }) => sum + length, 0)
    }
  }
  return found
}

function randomRdata(octets: number): Uint8Array[] {
  const PIECE = 60_000
  return Array.from({ length: Math.ceil(octets / PIECE) }, (_, n) => randomBytes(Math.min(PIECE, octets - n * PIECE)))
}

export function serviceRecord(service: string, last: number): ServiceRecord {
  return {
    service,
    namespace: 'shop',
    stanzas: last === 0 ? 0 : 1,
    kind: 'cluster',
    aliasOf: '',
    externalAddresses: [],
    addresses: last === 0 ? [] : [Uint8Array.of(10, 0, 0, last)],
    ports: [],
    portSets: [],
    endpoints: [],
    target: new Uint8Array(),
  }
}
