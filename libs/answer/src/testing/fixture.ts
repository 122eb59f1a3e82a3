/** Test support: a responder over a few services, and its answers as text. */
import { decodeMessage, encodeQuery, FLAG, nameFromText, rcodeToText, recordToText, TYPE } from '@zonecast/dns'
import type { ImageContent } from '@zonecast/image'
import { load, shop } from '@zonecast/image/fixture'
import { Answerer } from '../answerer.ts'
import type { Block } from '../block.ts'
import type { Client, QueryHandler } from '../handler.ts'
import { createQueryHandler } from '../plugins/chain.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Tally } from '../tally/tally.ts'

export const CLUSTER_ZONES = ['cluster.local', 'in-addr.arpa', 'ip6.arpa']

export function block(given: Partial<Block> = {}): Block {
  const kubernetes = { zones: CLUSTER_ZONES, ordinal: 0, feed: 'test', fallthrough: [], wildcards: undefined }
  const silent = { log: [], errors: undefined, nsid: undefined, counted: false }
  return { zones: [''], kubernetes, rotate: true, whoami: false, ...silent, ...given }
}

export interface Fixture {
  readonly answerer: Answerer
  readonly handle: QueryHandler
  /** Lines of `log` and `errors`, level first. */
  readonly lines: string[]
  /** What waits for `later`. */
  readonly timers: (() => void)[]
}

/** @param given replaces what surrounds it. */
export function fixture(
  blocks: readonly Block[] = [block()],
  content: ImageContent | 'none' = shop,
  given: Partial<Surroundings> & { readonly tally?: Tally } = {},
): Fixture {
  const { tally, ...surrounding } = given
  const answerer = new Answerer(blocks, tally)
  if (content !== 'none') answerer.setImages('test', [load(content)])
  const lines: string[] = []
  const timers: (() => void)[] = []
  let clock = 0
  const surroundings: Surroundings = {
    identity: { version: 'zonecast-test', id: 'host-1' },
    positions: () => ['shop 1700000000000-7', 'spare 1700000000000-0'],
    ownAddresses: () => [Uint8Array.of(192, 0, 2, 53)],
    writeLine: (level, line) => void lines.push(`${level} ${line}`),
    now: () => (clock += 2),
    later: (_, callback) => void timers.push(callback),
    ...surrounding,
  }
  return { answerer, handle: createQueryHandler(answerer, surroundings), lines, timers }
}

export const UDP: Client = { transport: 'udp', address: '198.51.100.7', port: 40_000 }
export const TCP: Client = { ...UDP, transport: 'tcp' }

/** The RCODE, `tc` when set, and the lines of all sections: `NOERROR | web… 5 IN A 10.96.0.1`. */
export async function ask({ handle }: Fixture, name: string, type: number = TYPE.A, client = UDP): Promise<string> {
  const octets = await handle(encodeQuery({ qname: nameFromText(name), type, id: 1 }), client)
  if (octets === undefined) return 'silence'
  const { rcode, flags, answers, authorities, additionals } = decodeMessage(octets)
  const tc = (flags & FLAG.TC) === 0 ? '' : ' tc'
  const records = [...answers, ...authorities, ...additionals].map(recordToText)
  return [`${rcodeToText(rcode)}${tc}`, ...records].join(' | ')
}
