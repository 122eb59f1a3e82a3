/** The OPT record as dig prints it. */
import { EDNS_DO, EDNS_OPTION, type Edns, type EdnsOption, formatAddress, octetsToText, toHex } from '@zonecast/dns'

/** Extended errors (RFC 8914 section 5.2). */
const EXTENDED_ERRORS = [
  'Other Error',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDOMAIN Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
] as const

export function ednsLines(edns: Edns): string[] {
  const flags = (edns.flags & EDNS_DO) !== 0 ? ' do' : ''
  return [
    `; EDNS: version: ${edns.version}, flags:${flags}; udp: ${edns.udpSizeOctets}`,
    ...edns.options.map((option) => `; ${optionText(option)}`),
  ]
}

function optionText({ code, octets }: EdnsOption): string {
  if (code === EDNS_OPTION.COOKIE) return `COOKIE: ${toHex(octets).toLowerCase()}`
  if (code === EDNS_OPTION.NSID) return `NSID: ${pairs(octets)} (${octetsToText(octets)})`
  if (code === EDNS_OPTION.EXTENDED_ERROR && octets.length >= 2) return extendedErrorText(octets)
  if (code === EDNS_OPTION.CLIENT_SUBNET && octets.length >= 4) return clientSubnetText(octets)
  return octets.length === 0 ? `OPT=${code}` : `OPT=${code}: ${pairs(octets)} (${octetsToText(octets)})`
}

function extendedErrorText(octets: Uint8Array): string {
  const info = ((octets[0] ?? 0) << 8) | (octets[1] ?? 0)
  const name = EXTENDED_ERRORS[info]
  const extra = octets.length > 2 ? `: (${octetsToText(octets.subarray(2))})` : ''
  return `EDE: ${info}${name === undefined ? '' : ` (${name})`}${extra}`
}

/** Family, source and scope prefix length, and as much of the address as the source says (RFC 7871 section 6). */
function clientSubnetText(octets: Uint8Array): string {
  const size = octets[1] === 1 ? 4 : octets[1] === 2 ? 16 : 0
  if (octets.length > 4 + size) return `CLIENT-SUBNET: ${pairs(octets)}`
  const address = new Uint8Array(size)
  address.set(octets.subarray(4))
  return `CLIENT-SUBNET: ${size === 0 ? '0' : formatAddress(address)}/${octets[2]}/${octets[3]}`
}

function pairs(octets: Uint8Array): string {
  return toHex(octets)
    .toLowerCase()
    .replace(/..(?=.)/g, '$& ')
}
