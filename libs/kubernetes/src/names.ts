/**
 * What the API server accepts as a name or an address. Names of namespaces become labels of DNS names as they stand, so
 * whatever is no such label must not get further.
 */

import { readAddressText } from '@zonecast/dns'

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/
const OBJECT_NAME = /^[^/%\p{Cc}]{1,253}$/u
const scratch = new Uint8Array(16)

/** RFC 1123 as Kubernetes reads it: 1..63 lower-case letters, digits and inner hyphens. */
export function isDnsLabel(text: string): boolean {
  return LABEL.test(text)
}

/** Labels joined by dots, at most 253 octets. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text)
}

/**
 * What can name an object in a path of the API, 253 characters at most. Services called otherwise than a DNS label come from
 * manifests only; the compiler maps their names.
 */
export function isObjectName(text: string): boolean {
  return OBJECT_NAME.test(text) && text !== '.' && text !== '..'
}

export function isIPv4(text: string): boolean {
  return readAddressText(text, scratch) === 4
}

export function isIPv6(text: string): boolean {
  return readAddressText(text, scratch) === 16
}

export function isAddress(text: string): boolean {
  return readAddressText(text, scratch) !== 0
}
