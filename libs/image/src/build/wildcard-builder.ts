/**
 * The sections by which questions with wildcards are answered, see SECTION: records by namespace, records by name, and
 * the suffix array of all names.
 */

import { RECORD } from '../layout.ts'
import { EXTERNAL, INNER, kindOf, REVERSE_ONLY } from '../record.ts'
import type { FragmentBuilder } from './fragments.ts'
import { LABEL_END, NameText } from './name-text.ts'
import { OctetBuilder } from './octet-builder.ts'
import { packSuffixes } from './suffix-pieces.ts'
import { sortSuffixes } from './suffix-sort.ts'

const STAR = 0x2a

/** Names in SECTION. */
export const WILDCARD_SECTIONS = ['order', 'spans', 'names', 'suffixes', 'pieces', 'labelStarts', 'externals'] as const

export type WildcardSections = Readonly<Record<(typeof WILDCARD_SECTIONS)[number], Uint8Array>>

const EMPTY = new Uint8Array(0)
const NOTHING: WildcardSections = {
  order: EMPTY,
  spans: EMPTY,
  names: EMPTY,
  suffixes: EMPTY,
  pieces: EMPTY,
  labelStarts: EMPTY,
  externals: EMPTY,
}

/**
 * @param records  the section of that name
 * @param offsets  of the records, by namespace and service
 * @param stanzas  those with wildcards; records of others are left out
 */
export function buildWildcards(
  records: DataView,
  offsets: Uint32Array,
  fragments: FragmentBuilder,
  stanzas: number,
): WildcardSections {
  if (stanzas === 0) return NOTHING
  const strings = fragments.view
  const order = offsets.filter((offset) => isFound(records, offset, strings, stanzas))
  const spans = new OctetBuilder(64)
  const externals = new OctetBuilder(64)
  let namespace = -1
  for (let ordinal = 0; ordinal < order.length; ordinal++) {
    const record = order[ordinal] as number
    const its = records.getUint32(record + RECORD.namespace, true)
    if (its !== namespace) spans.u32(ordinal)
    namespace = its
    if (kindOf(records, record) === EXTERNAL) externals.u32(ordinal)
  }
  const text = new NameText(records, order, strings)
  const { octets, positions } = text
  sortSuffixes(octets, positions)
  const names = text.numberNames(positions)
  const labelStarts = positions.filter((at) => octets[at - 1] === LABEL_END)
  const { suffixes, pieces } = packSuffixes(text, positions)
  return {
    order: words(order),
    spans: spans.finish(),
    names: words(names),
    suffixes: words(suffixes),
    pieces,
    labelStarts: words(labelStarts.map((at) => text.entryAt(at))),
    externals: externals.finish(),
  }
}

/** Services that have names. Those that begin with `*` are no names of their own, but stand for others (RFC 4592). */
function isFound(records: DataView, offset: number, strings: DataView, stanzas: number): boolean {
  const kind = kindOf(records, offset)
  if ((records.getUint32(offset + RECORD.stanzas, true) & stanzas) === 0 || kind === REVERSE_ONLY || kind === INNER) {
    return false
  }
  const service = records.getUint32(offset + RECORD.service, true)
  return strings.getUint8(service + 1) !== 1 || strings.getUint8(service + 2) !== STAR
}

function words(values: Uint32Array): Uint8Array {
  const octets = new Uint8Array(values.length * 4)
  const view = new DataView(octets.buffer)
  for (let at = 0; at < values.length; at++) view.setUint32(at * 4, values[at] as number, true)
  return octets
}
