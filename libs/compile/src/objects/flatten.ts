/**
 * Names that are no DNS labels, mapped to ones that are: in lower case; if that is no label yet, each run of other octets
 * than letters, digits and `-`, and of `-`, becomes one `-`, and those at the ends are cut off; what is too long then is cut
 * and ends in a hash of the whole. So the same name gives the same label, whatever else there is.
 */
import { createHash } from 'node:crypto'
import { isLabel } from './host-name.ts'

const LABEL_OCTETS_MAX = 63
const HASH_DIGITS = 8

/** @returns '' when nothing is left. */
export function flattenLabel(text: string, octetsMax = LABEL_OCTETS_MAX): string {
  // Not toLowerCase, which makes ASCII of some letters that are not.
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  if (lower.length <= octetsMax && isLabel(lower)) return lower
  const flat = lower.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  if (flat.length <= octetsMax) return flat
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS)
  return `${flat.slice(0, octetsMax - HASH_DIGITS - 1).replace(/-$/, '')}-${hash}`
}
