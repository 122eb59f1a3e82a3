/** Whether a question is one that may stand for many names: quick looks at its labels, before anything is searched for. */

import type { Image } from '../image.ts'
import { findService, type ImageStack, type Place } from '../lookup/find.ts'
import type { QueryName } from '../query-name.ts'
import { INNER, kindOf } from '../record.ts'
import { namespaceLabel, readByTemplate, type Template } from '../template.ts'
import type { ZoneView } from '../zone-view.ts'
import { QUESTION_MARK, STAR } from './glob.ts'
import { isAnyLabel, isGlob } from './pattern.ts'

const UNDERSCORE_ANY = new TextEncoder().encode('_any')
const UNDERSCORE_STAR = new TextEncoder().encode('_*')

/** False for a name that cannot stand for many, so that nothing has to be looked for. Quick: it is asked of names that do not exist. */
export function mayStandForMany({ templates }: ZoneView, name: QueryName, labels: number, search: boolean): boolean {
  if (hasWildcard(name, labels)) return true
  for (let at = 0; search && at < templates.length; at++) {
    if (readByTemplate(templates[at] as Template, name, labels) === 1) return true
  }
  return false
}

/** True for a name that services would have, but that exists only because there are services with names below it. */
export function isAboveServices(images: ImageStack, zone: ZoneView, name: QueryName, labels: number): boolean {
  for (const template of zone.templates) {
    if (readByTemplate(template, name, labels) !== 1) continue
    const label = namespaceLabel(template, labels, 1)
    const view = label < 0 ? zone.namespace?.view : name.view
    const at = label < 0 ? 0 : name.start(label)
    const hash = label < 0 ? (zone.namespace?.hash ?? 0) : name.hash(label)
    if (view === undefined || !findService(images, zone.index, name, 0, 1, view, at, hash, place)) continue
    if (kindOf((place.image as Image).view, place.at) === INNER) return true
  }
  return false
}

const place: Place = { image: undefined, at: 0 }

/** True when a label before those of the zone is a wildcard or a pattern. */
export function hasWildcard(name: QueryName, labels: number): boolean {
  const mayBeGlob = holdsWild(name, name.start(labels))
  for (let label = 0; label < labels; label++) {
    const octets = name.length(label)
    if (octets <= ANY_OCTETS && isAnyPort(name, label)) return true
    if (mayBeGlob && isGlob(name, label)) return true
  }
  return false
}

/** `_any` */
const ANY_OCTETS = 4
const STARS = 0x2a2a2a2a
const QUESTION_MARKS = 0x3f3f3f3f
const ONES = 0x01010101
const HIGHS = 0x80808080 | 0

/**
 * False when no octet of a name before `end` is `*` or `?`; the lengths of some labels look like these. Four at a time: this is asked
 * of every name that does not exist.
 */
function holdsWild({ view }: QueryName, end: number): boolean {
  let at = 0
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at)
    const star = word ^ STARS
    const mark = word ^ QUESTION_MARKS
    // An octet that is 0 now borrows from its high bit.
    if (((((star - ONES) & ~star) | ((mark - ONES) & ~mark)) & HIGHS) !== 0) return true
  }
  for (; at < end; at++) {
    const octet = view.getUint8(at)
    if (octet === STAR || octet === QUESTION_MARK) return true
  }
  return false
}

/** In the place of a port or a protocol one leading underscore is passed over. */
export function isAnyPort(name: QueryName, label: number): boolean {
  return isAnyLabel(name, label) || name.labelIs(label, UNDERSCORE_ANY) || name.labelIs(label, UNDERSCORE_STAR)
}
