/** Classes (RFC 1035 section 3.2.4, RFC 2136). */
import { mnemonics } from './mnemonics.ts'

export const CLASS = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const

const text = mnemonics(CLASS, 'CLASS')
/** `IN`, or `CLASS32` for a class without a name. */
export const classToText = text.toText
/** Ignores case; undefined for what is no class. */
export const classFromText = text.fromText
