/** Response codes. Those above 15 need an OPT record, which carries their upper eight bits (RFC 6891 section 6.1.3). */
import { mnemonics } from './mnemonics.ts'

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const

const text = mnemonics(RCODE, 'RCODE')
export const rcodeToText = text.toText
export const rcodeFromText = text.fromText
