/** A name as whoever answers it reads it: what an explanation takes for granted. `meaningOf` of libs/answer gives this. */

import type { EndpointRecord, MatchKind, ServiceRecord } from '@zonecast/image'
import { isWildcard } from '../objects/asked-names.ts'
import type { Stanza } from '../stanza.ts'

/** As one template of the stanza reads it. */
export interface Reading {
  readonly template: string
  /** Undefined: the name is too short to say it. */
  readonly namespace: string | undefined
  /** The labels of the service and of what lies below it, from the left; none: the name is that of a namespace, or above one. */
  readonly before: readonly string[]
}

export interface Holder {
  readonly service: ServiceRecord
  /** Undefined: the address is the service's own. */
  readonly endpoint: EndpointRecord | undefined
}

/** Of a name in a zone whose objects are there. */
export interface ReadName {
  /** Absolute in text, with the root dot. */
  readonly zone: string
  readonly isReverse: boolean
  /** follow: a CNAME. */
  readonly outcome: 'found' | 'nxdomain' | 'follow'
  readonly kind: MatchKind
  /** Before those of the zone, from the left, in lower case. */
  readonly labels: readonly string[]
  readonly readings: readonly Reading[]
  readonly service: ServiceRecord | undefined
  readonly endpoints: readonly EndpointRecord[]
  readonly isPort: boolean
  readonly address: Uint8Array | undefined
  readonly holders: readonly Holder[]
  readonly wildcard: ReadWildcard | undefined
}

/** A name that stands for many. */
export interface ReadWildcard {
  readonly outcome: 'found' | 'nodata' | 'nxdomain' | 'off'
  readonly services: readonly ServiceRecord[]
  readonly isLimited: boolean
}

/** True when wildcards decided what the name answers. */
export function isByWildcard({ wildcard }: Pick<ReadName, 'wildcard'>): boolean {
  return wildcard?.outcome === 'found' || wildcard?.outcome === 'nodata'
}

/** The reading that led to a record. */
export function readingOf({ readings, service }: ReadName): Reading | undefined {
  if (service === undefined) return undefined
  return readings.find(
    ({ namespace, before }) =>
      namespace === service.namespace &&
      `.${before.join('.')}`.endsWith(isWildcard(service.service) ? service.service.slice(1) : `.${service.service}`),
  )
}

const DNS_SD = '._services._dns-sd._udp'

/** The reading by which a name is that of records of a namespace (`namespace_records`), or lies above one; by the first template only. */
export function listingOf({ names }: Stanza, { labels, readings }: ReadName): Reading | undefined {
  if (labels.join('.') === 'dns-version') return undefined
  return readings.find(
    ({ template, namespace, before }) =>
      template === names[0] &&
      namespace !== undefined &&
      (before.length === 0 || DNS_SD.endsWith(`.${before.join('.')}`)),
  )
}
