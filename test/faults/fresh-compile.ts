/** What a cluster's zones hold, compiled anew from what its API server has now; and what of it a responder holds and answers otherwise. */
import { parseCorefile } from '@zonecast/corefile'
import { recordToText } from '@zonecast/dns'
import { FeedError, FollowedStack } from '@zonecast/feed'
import { sha256 } from '@zonecast/feed/sha256'
import type { ImageStack } from '@zonecast/image'
import { feedsOf } from '@zonecast/responder-app'
import { loadZones } from '../../apps/zonecast/src/dump/load-zones.ts'
import { type ServedZone, zonesOver } from '../../apps/zonecast/src/dump/zones-over.ts'
import { readStepFile } from '../../libs/feed/src/step-file.ts'
import { answerText, type DnsClient } from './dns-client.ts'
import { type Answer, answerOf, keyOf, NXDOMAIN, type Question } from './truth.ts'

/** By `NAME TYPE`. Without what each responder says of itself: NS, its addresses, and serials. */
export type Dump = ReadonlyMap<string, Answer>

const ANSWER_MS = 5000

/** @param corefile a server block with one `kubernetes` stanza */
export async function freshCompile(corefile: string): Promise<Dump> {
  return dumpOf(await loadZones(parseCorefile(corefile, { file: 'Corefile' }), () => {}))
}

/** The same of what a process holds, as its cache file has it; empty while there is none that can be used. */
export async function cachedDump(file: string, corefile: string): Promise<Dump> {
  const configuration = parseCorefile(corefile, { file: 'Corefile' })
  const stack = new FollowedStack({ sha256, checkImages: true })
  try {
    for (const frame of (await readStepFile(file))?.frames ?? []) stack.apply(frame)
  } catch (error) {
    if (!(error instanceof FeedError)) throw error
    return new Map()
  }
  const images = new Map<string, ImageStack>(feedsOf(configuration.blocks).map(({ feed }) => [feed, stack.images]))
  return stack.images.length === 0 ? new Map() : dumpOf(zonesOver(configuration, images))
}

/** The records that one has and the other has not, or has otherwise. */
export function differenceOf(found: Dump, wanted: Dump): string[] {
  const keys = new Set([...found.keys(), ...wanted.keys()])
  const differing = [...keys].filter((key) => found.get(key) !== wanted.get(key))
  return differing.map((key) => `${key}: "${found.get(key)}" instead of "${wanted.get(key)}"`)
}

function dumpOf(zones: readonly ServedZone[]): Dump {
  const rdata = new Map<string, string[]>()
  for (const zone of zones) {
    for (const record of zone.records()) {
      const [name = '', , , type = '', ...words] = recordToText(record).split(' ')
      if (type === 'SOA' || type === 'NS' || name === `ns.dns.${zone.name}.`) continue
      const key = keyOf({ name, type })
      rdata.set(key, [...(rdata.get(key) ?? []), words.join(' ')])
    }
  }
  return new Map([...rdata].map(([key, each]) => [key, answerOf(each)]))
}

/** What a responder answers otherwise than the dump says, or though the dump does not have it. */
export async function differences(client: DnsClient, dump: Dump, known: readonly Question[]): Promise<string[]> {
  const wanted = new Map(known.map((question) => [keyOf(question), NXDOMAIN]))
  for (const [key, answer] of dump) wanted.set(key, answer)
  const found: string[] = []
  for (const [key, answer] of wanted) {
    const [name = '', type = ''] = key.split(' ')
    const reply = await client.ask(name, type, ANSWER_MS)
    const given = reply === undefined ? 'silence' : answerText(reply, type)
    if (given !== answer) found.push(`${key}: "${given}" instead of "${answer}"`)
  }
  return found
}
