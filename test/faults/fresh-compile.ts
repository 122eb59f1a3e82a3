/** What a cluster's zones hold, compiled anew from what its API server has now; and what of it a responder answers otherwise. */
import { parseCorefile } from '@zonecast/corefile'
import { recordToText } from '@zonecast/dns'
import { loadZones } from '../../apps/zonecast/src/dump/load-zones.ts'
import { answerText, type DnsClient } from './dns-client.ts'
import { type Answer, answerOf, keyOf, NXDOMAIN, type Question } from './truth.ts'

/** By `NAME TYPE`. Without what each responder says of itself: NS, its addresses, and serials. */
export type Dump = ReadonlyMap<string, Answer>

const ANSWER_MS = 5000

/** @param corefile a server block with one `kubernetes` stanza */
export async function freshCompile(corefile: string): Promise<Dump> {
  const zones = await loadZones(parseCorefile(corefile, { file: 'Corefile' }), () => {})
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
