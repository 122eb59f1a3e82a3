/** What a delta and its base must agree on. */
import type { StanzaRecord } from './content.ts'
import { HASH_START, hashOctet } from './hash.ts'

/** A hash of everything in the stanzas but the serials: a delta fits only a base of the same shape. */
export function shapeOf(stanzas: readonly StanzaRecord[]): number {
  const text = JSON.stringify(
    stanzas.map(({ ttlSec, pods, zones }) => [ttlSec, pods, ...zones.map((zone) => zone.name)]),
  )
  let hash = HASH_START
  for (let at = 0; at < text.length; at++) hash = hashOctet(hash, text.charCodeAt(at))
  return hash >>> 0
}

/** True for zones that hold PTR records. */
export function isReverseZone(name: string): boolean {
  return /(^|\.)(in-addr|ip6)\.arpa$/.test(name)
}
