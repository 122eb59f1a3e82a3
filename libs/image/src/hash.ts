/**
 * Hashes of labels and of keys made of labels: FNV-1a over the octets of a label in lower case, then one mixing step per
 * label. Part of the image format: indexes are laid out by these values.
 */

const FNV_OFFSET = 0x811c9dc5 | 0
const FNV_PRIME = 0x01000193

/** What a key's hash starts with. */
export const HASH_START = 0x6b43a9b5 | 0

/** The first value of a label's hash; then `hashOctet` for each of its octets, without the length octet. */
export const LABEL_START = FNV_OFFSET

export function hashOctet(hash: number, lowerCaseOctet: number): number {
  return Math.imul(hash ^ lowerCaseOctet, FNV_PRIME)
}

/** Adds a label (its finished hash) to a key. Order matters. */
export function hashKey(hash: number, labelHash: number): number {
  const mixed = Math.imul(hash ^ labelHash, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}

/** Adds every label of a fragment in wire form (its counting octet left out) to a key. */
export function hashFragment(hash: number, view: DataView, start: number, end: number): number {
  let key = hash
  let at = start
  while (at < end) {
    const labelEnd = at + 1 + view.getUint8(at)
    let label = LABEL_START
    for (at += 1; at < labelEnd; at++) label = hashOctet(label, view.getUint8(at))
    key = hashKey(key, label)
  }
  return key
}

/** Adds an address of 16 octets to a key. */
export function hashAddress(hash: number, view: DataView, start: number): number {
  let key = hash
  for (let at = start; at < start + 16; at += 4) key = hashKey(key, view.getInt32(at))
  return key
}
