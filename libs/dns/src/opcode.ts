/** Kinds of query (RFC 1035 section 4.1.1, RFC 1996, RFC 2136, RFC 8490). */
import { mnemonics } from './mnemonics.ts'

export const OPCODE = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5, DSO: 6 } as const

const text = mnemonics(OPCODE, 'OPCODE')
export const opcodeToText = text.toText
export const opcodeFromText = text.fromText
