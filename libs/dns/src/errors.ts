/** What can be wrong with names, addresses and messages. Callers branch on `code`, never on the text. */

export const DNS_ERRORS = {
  'bad-address': 'not an IPv4 or IPv6 address',
  'bad-count': 'the header claims more than the message can hold',
  'bad-escape': 'a backslash wants three digits of at most 255, or a character that is no digit',
  'bad-label-type': 'a length octet of 64..191 has no meaning',
  'bad-opt': 'OPT stands once, in the additional section, at the root, and its options fill it',
  'bad-pointer': 'compression pointers must lead backwards, and be few',
  'bad-prefix': 'not an address with a prefix length',
  'bad-rdata': 'the record data does not fit the type',
  'bad-record': 'a record is an owner name, TTL, class, type and data',
  'empty-label': 'a label has no octets',
  'label-too-long': 'a label has more than 63 octets',
  'name-too-long': 'a name has more than 255 octets',
  'no-space': 'the message is full',
  'unexpected-end': 'the octets end too early',
} as const

export type DnsErrorCode = keyof typeof DNS_ERRORS

export class DnsError extends Error {
  readonly code: DnsErrorCode
  /** @param culprit the thing at fault, as a reader would recognise it: the text, or where in the message. */
  constructor(code: DnsErrorCode, culprit: string) {
    super(`${culprit}: ${DNS_ERRORS[code]}`)
    this.name = 'DnsError'
    this.code = code
  }
}
