/** What may be a label or a host name: RFC 1123 section 2.1, as Kubernetes applies it to the names of its objects. */
import { NAME_OCTETS_MAX, parseAddress } from '@zonecast/dns'

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Underscores too: what an ExternalName points at need not be a host. */
const TARGET_LABEL = /^[a-z0-9_-]{1,63}$/

/** Lower case only: the API server takes no other names. */
export function isLabel(text: string): boolean {
  return LABEL.test(text)
}

/**
 * The target of an ExternalName in wire form, lower case; a root dot at its end may be there. undefined for an address
 * and for what is no name.
 */
export function targetName(text: string): Uint8Array | undefined {
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase()
  const nameOctets = name.length + 2
  if (nameOctets > NAME_OCTETS_MAX || parseAddress(name) !== undefined) return undefined
  const labels = name.split('.')
  if (!labels.every((label) => TARGET_LABEL.test(label))) return undefined
  const wire = new Uint8Array(nameOctets)
  let at = 0
  for (const label of labels) {
    wire[at++] = label.length
    for (let index = 0; index < label.length; index++) wire[at++] = label.charCodeAt(index)
  }
  return wire
}
