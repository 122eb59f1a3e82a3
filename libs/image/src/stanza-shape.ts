/** What a delta and its base must agree on. */
import { SPECIFIED, type StanzaRecord } from './content.ts'
import { HASH_START, hashOctet } from './hash.ts'

/** A hash of everything in the stanzas but the serials: a delta fits only a base of the same shape. */
export function shapeOf(stanzas: readonly StanzaRecord[]): number {
  const text = JSON.stringify(
    stanzas.map((stanza) => [
      stanza.ttlSec,
      stanza.pods,
      ...stanza.zones.map((zone) => zone.name),
      ...(isSpecified(stanza) ? [] : [0, beyond(stanza)]),
    ]),
  )
  let hash = HASH_START
  for (let at = 0; at < text.length; at++) hash = hashOctet(hash, text.charCodeAt(at))
  return hash >>> 0
}

/** True when images of format 1 can say it too. */
export function isSpecified(stanza: StanzaRecord): boolean {
  return JSON.stringify(beyond(stanza)) === JSON.stringify(beyond(SPECIFIED))
}

function beyond({
  names,
  namespace,
  externalFirst,
  wildcards,
  search,
}: Omit<StanzaRecord, 'ttlSec' | 'pods' | 'zones'>) {
  return [names, namespace, externalFirst, wildcards, search]
}

/** True for zones that hold PTR records. */
export function isReverseZone(name: string): boolean {
  return /(^|\.)(in-addr|ip6)\.arpa$/.test(name)
}
