/** Lays out an index: open addressing, linear probing, a power of two of slots at most half in use. */
import { ImageError } from './errors.ts'
import { MAX_PROBES } from './layout.ts'

/** Slots for so many entries; none for none. */
export function slotsFor(entries: number): number {
  if (entries === 0) return 0
  let slots = 4
  while (slots < entries * 2) slots *= 2
  return slots
}

/**
 * @param hashes one per entry
 * @returns per entry the slot it goes to. Entries with equal keys keep their order along the probe.
 * @throws ImageError too-large, when so many hashes are alike that an entry would lie beyond MAX_PROBES.
 */
export function placeEntries(hashes: Int32Array, slots: number): Uint32Array {
  const taken = new Uint8Array(slots)
  const places = new Uint32Array(hashes.length)
  for (let entry = 0; entry < hashes.length; entry++) {
    let slot = (hashes[entry] as number) & (slots - 1)
    for (let probe = 1; taken[slot] === 1; probe++) {
      if (probe === MAX_PROBES) throw new ImageError('too-large', 'too many keys with one hash')
      slot = (slot + 1) & (slots - 1)
    }
    taken[slot] = 1
    places[entry] = slot
  }
  return places
}
