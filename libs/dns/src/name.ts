/**
 * Domain names in wire form (RFC 1035 section 3.1): labels of a length octet and 1..63 octets, then the root label, a
 * single 0; at most 255 octets in all.
 *
 *     3 'w' 'e' 'b'  4 's' 'h' 'o' 'p'  0
 *
 * Wire form is what everything works on; text is for people and configuration. Functions that take a `nameWire` expect
 * one that is whole and uncompressed, as `nameFromText` and `readName` make it.
 */
import { DnsError } from './errors.ts'

export const NAME_OCTETS_MAX = 255
export const LABEL_OCTETS_MAX = 63
/** 127 labels of one octet, without the root label. */
export const LABELS_MAX = 127

/** Pointers that one name may take: each is worth a label, or it leads nowhere. */
const POINTERS_MAX = LABELS_MAX

export const ROOT: Uint8Array = Uint8Array.of(0)

/** A length octet of 11xxxxxx begins a compression pointer (RFC 1035 section 4.1.4). */
const POINTER = 0xc0
/** Added to A-Z it makes a-z. */
const CASE_BIT = 0x20

/** Lower-cases one octet, ASCII only (RFC 4343). Length octets, 0..63, come out as they are. */
export function lowerCaseOctet(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + CASE_BIT : octet
}

/** A new name, A-Z lower-cased. */
export function lowerCaseName(nameWire: Uint8Array): Uint8Array {
  return nameWire.map(lowerCaseOctet)
}

/** Labels without the root label: 0..127. */
export function labelCount(nameWire: Uint8Array): number {
  let count = 0
  for (let at = 0; lengthAt(nameWire, at) !== 0; at += 1 + lengthAt(nameWire, at)) count++
  return count
}

/** The name without its first `count` labels, as a view of it; the root when it has no more. */
export function parentName(nameWire: Uint8Array, count = 1): Uint8Array {
  return nameWire.subarray(labelOffset(nameWire, count))
}

/** `prefix` put before `suffix`: www + example.com. -> www.example.com. */
export function joinNames(prefix: Uint8Array, suffix: Uint8Array): Uint8Array {
  const name = new Uint8Array(prefix.length - 1 + suffix.length)
  if (name.length > NAME_OCTETS_MAX) throw new DnsError('name-too-long', nameToText(prefix) + nameToText(suffix))
  name.set(prefix)
  name.set(suffix, prefix.length - 1)
  return name
}

/** Ignores case. */
export function equalNames(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && endsAlike(a, 0, b)
}

/** Whether `nameWire` is `ancestor` or lies below it. Ignores case. */
export function isSubdomain(nameWire: Uint8Array, ancestor: Uint8Array): boolean {
  const surplus = labelCount(nameWire) - labelCount(ancestor)
  if (surplus < 0) return false
  const at = labelOffset(nameWire, surplus)
  return nameWire.length - at === ancestor.length && endsAlike(nameWire, at, ancestor)
}

const offsetsA = new Uint8Array(LABELS_MAX)
const offsetsB = new Uint8Array(LABELS_MAX)

/** Canonical order (RFC 4034 section 6.1): by labels from the root, as lower-cased octets, what is absent first. */
export function compareNames(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const countA = labelOffsets(a, offsetsA)
  const countB = labelOffsets(b, offsetsB)
  for (let fromRoot = 1; fromRoot <= countA && fromRoot <= countB; fromRoot++) {
    const order = compareLabels(a, offsetsA[countA - fromRoot] ?? 0, b, offsetsB[countB - fromRoot] ?? 0)
    if (order !== 0) return order
  }
  return sign(countA - countB)
}

/**
 * @param text `web.shop.example.` or, absolute all the same, without the last dot; '' and '.' are the root. `\.` is a dot
 * inside a label, `\123` an octet by its decimal number. Characters beyond ASCII stand for their UTF-8 octets.
 * @throws DnsError empty-label, label-too-long, name-too-long, bad-escape
 */
export function nameFromText(text: string): Uint8Array {
  if (text === '.' || text === '') return ROOT.slice()
  // Four characters an octet at most, so whatever is longer is too long, or an attack.
  if (text.length > 4 * NAME_OCTETS_MAX) throw new DnsError('name-too-long', `${text.slice(0, 60)}...`)
  const source = encoder.encode(text)
  const name = new Uint8Array(source.length + 2)
  let lengthAt = 0
  let end = 1
  const closeLabel = (): void => {
    const length = end - lengthAt - 1
    if (length === 0) throw new DnsError('empty-label', text)
    if (length > LABEL_OCTETS_MAX) throw new DnsError('label-too-long', text)
    name[lengthAt] = length
    lengthAt = end++
  }
  for (let at = 0; at < source.length; at++) {
    const octet = source[at] ?? 0
    if (octet === DOT) {
      closeLabel()
    } else if (octet === BACKSLASH) {
      const escaped = readEscape(source, at + 1)
      if (escaped < 0) throw new DnsError('bad-escape', text)
      name[end++] = escaped
      at += isDigit(source[at + 1]) ? 3 : 1
    } else {
      name[end++] = octet
    }
  }
  if (end - lengthAt > 1) closeLabel()
  if (end > NAME_OCTETS_MAX) throw new DnsError('name-too-long', text)
  return name.slice(0, end)
}

/**
 * Presentation form with its last dot, so that `nameFromText` reads it back. What has a meaning in zone files is
 * escaped, and so are octets that cannot be printed.
 * @param octets a name, or a message in which it may be compressed.
 * @throws DnsError as `readName`
 */
export function nameToText(octets: Uint8Array, offset = 0): string {
  let text = ''
  const name = readName(octets, offset)
  for (let at = 0; ; ) {
    const length = lengthAt(name, at++)
    if (length === 0) return text === '' ? '.' : text
    for (const end = at + length; at < end; at++) text += octetToText(name[at] ?? 0)
    text += '.'
  }
}

/**
 * The name at `offset` of a message, uncompressed, letter case kept. A pointer must lead before where its name, or the
 * part of it that the last pointer led to, begins, and there are at most 127 of them: so it ends, and soon.
 * @throws DnsError unexpected-end, bad-pointer, bad-label-type, name-too-long
 */
export function readName(octets: Uint8Array, offset = 0): Uint8Array {
  const where = (): string => `name at offset ${offset}`
  const name = scratch
  let end = 0
  let begin = offset
  let pointers = 0
  for (let at = offset; ; ) {
    const length = octets[at]
    if (length === undefined) throw new DnsError('unexpected-end', where())
    if (length >= POINTER) {
      const low = octets[at + 1]
      if (low === undefined) throw new DnsError('unexpected-end', where())
      const target = ((length - POINTER) << 8) | low
      if (target >= begin || ++pointers > POINTERS_MAX) throw new DnsError('bad-pointer', where())
      begin = at = target
      continue
    }
    if (length > LABEL_OCTETS_MAX) throw new DnsError('bad-label-type', where())
    const next = at + 1 + length
    if (next > octets.length) throw new DnsError('unexpected-end', where())
    if (end + 1 + length > NAME_OCTETS_MAX) throw new DnsError('name-too-long', where())
    while (at < next) name[end++] = octets[at++] ?? 0
    if (length === 0) return name.slice(0, end)
  }
}

/**
 * Where the name at `offset` ends (exclusive; behind its pointer when compressed). Where a pointer leads is not looked at.
 * @param end of the message. @returns -1 when the name does not end before it or has a label that cannot be.
 */
export function nameEnd(octets: Uint8Array, offset: number, end = octets.length): number {
  for (let at = offset; at < end; ) {
    const length = octets[at] ?? 0
    if (length >= POINTER) return at + 2 <= end ? at + 2 : -1
    if (length > LABEL_OCTETS_MAX) return -1
    at += 1 + length
    if (at - offset > NAME_OCTETS_MAX) return -1
    if (length === 0) return at <= end ? at : -1
  }
  return -1
}

const scratch = new Uint8Array(NAME_OCTETS_MAX)
const encoder = new TextEncoder()
const DOT = 0x2e
const BACKSLASH = 0x5c

function lengthAt(nameWire: Uint8Array, at: number): number {
  return nameWire[at] ?? 0
}

/** Where label `index` begins; that of the root label when there are fewer. */
function labelOffset(nameWire: Uint8Array, index: number): number {
  let at = 0
  for (let i = 0; i < index && lengthAt(nameWire, at) !== 0; i++) at += 1 + lengthAt(nameWire, at)
  return at
}

/** Fills `out` with the offsets of the labels; gives their count. */
function labelOffsets(nameWire: Uint8Array, out: Uint8Array): number {
  let count = 0
  for (let at = 0; lengthAt(nameWire, at) !== 0; at += 1 + lengthAt(nameWire, at)) out[count++] = at
  return count
}

function compareLabels(a: Uint8Array, atA: number, b: Uint8Array, atB: number): -1 | 0 | 1 {
  const lengthA = lengthAt(a, atA)
  const lengthB = lengthAt(b, atB)
  for (let i = 1; i <= lengthA && i <= lengthB; i++) {
    const order = sign(lowerCaseOctet(a[atA + i] ?? 0) - lowerCaseOctet(b[atB + i] ?? 0))
    if (order !== 0) return order
  }
  return sign(lengthA - lengthB)
}

/** Whether `a` from `at` on is `b`, ignoring case; the lengths are equal. */
function endsAlike(a: Uint8Array, at: number, b: Uint8Array): boolean {
  for (let i = 0; i < b.length; i++) if (lowerCaseOctet(a[at + i] ?? 0) !== lowerCaseOctet(b[i] ?? 0)) return false
  return true
}

function sign(difference: number): -1 | 0 | 1 {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39
}

/** The octet that an escape stands for; `at` is behind the backslash. -1 when it is none. */
function readEscape(source: Uint8Array, at: number): number {
  if (!isDigit(source[at])) return source[at] ?? -1
  if (!isDigit(source[at + 1]) || !isDigit(source[at + 2])) return -1
  const value = ((source[at] ?? 0) - 0x30) * 100 + ((source[at + 1] ?? 0) - 0x30) * 10 + (source[at + 2] ?? 0) - 0x30
  return value <= 255 ? value : -1
}

/** `"` `$` `(` `)` `.` `;` `@` `\` mean something in a zone file. */
const SPECIAL = new Set([0x22, 0x24, 0x28, 0x29, 0x2e, 0x3b, 0x40, 0x5c])

function octetToText(octet: number): string {
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`
  return SPECIAL.has(octet) ? `\\${String.fromCharCode(octet)}` : String.fromCharCode(octet)
}
