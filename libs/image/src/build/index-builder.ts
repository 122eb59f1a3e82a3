/** Lays out an index: open addressing, linear probing, a power of two of slots at most half in use. */
import { MAX_PROBES } from '../layout.ts'

/** Where an entry goes that has no place. */
export const NO_SLOT = 0xffffffff

/** Slots for so many entries; none for none. */
export function slotsFor(entries: number): number {
  if (entries === 0) return 0
  let slots = 4
  while (slots < entries * 2) slots *= 2
  return slots
}

/**
 * So many keys of one hash can only be made on purpose, by somebody who may create thousands of services. Those that would lie
 * beyond MAX_PROBES get no slot, so they are not found; everybody else's are.
 *
 * @param hashes one per entry
 * @returns per entry the slot it goes to, or NO_SLOT. Entries with equal keys keep their order along the probe.
 */
export function placeEntries(hashes: Int32Array, slots: number): Uint32Array {
  const taken = new Uint8Array(slots)
  const places = new Uint32Array(hashes.length)
  for (let entry = 0; entry < hashes.length; entry++) {
    let slot = (hashes[entry] as number) & (slots - 1)
    let probes = 1
    for (; taken[slot] === 1 && probes < MAX_PROBES; probes++) slot = (slot + 1) & (slots - 1)
    places[entry] = taken[slot] === 1 ? NO_SLOT : slot
    taken[slot] = 1
  }
  return places
}
