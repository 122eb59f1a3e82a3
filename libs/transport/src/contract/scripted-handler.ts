/**
 * A handler that does what the first label of the question says, so that a test can have every kind of answer from any
 * transport. Its messages are made by code that is not ours.
 */
import type { Client, QueryHandler } from '@zonecast/answer'
import { type Answer, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet'

const NXDOMAIN = 3
export const BIG_TXT_COUNT = 240
const RESPONSE_BIT = 0x80

export interface ScriptedHandler {
  readonly handler: QueryHandler
  /** Answers all that is held back. */
  release(): void
  /** How many queries are held back. */
  readonly heldCount: number
  /** How many queries came in all. */
  readonly askedCount: number
}

export function scriptedHandler(): ScriptedHandler {
  const held: (() => void)[] = []
  let askedCount = 0

  function handler(query: Uint8Array, client: Client): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    askedCount++
    if (((query[2] ?? 0) & RESPONSE_BIT) !== 0) return undefined
    const asked = decode(Buffer.from(query))
    const name = asked.questions?.[0]?.name ?? ''
    const word = name.split('.')[0]?.toLowerCase().split('-')[0]
    const rd = (asked.flags ?? 0) & RECURSION_DESIRED
    const answer = (packet: Packet) =>
      new Uint8Array(
        encode({ ...asked, type: 'response', additionals: [], ...packet, flags: (packet.flags ?? 0) | rd }),
      )
    const txt = (data: string): Answer => ({ type: 'TXT', name, ttl: 0, data })
    const big = () => answer({ answers: Array.from({ length: BIG_TXT_COUNT }, () => txt('x'.repeat(200))) })
    const web = () => answer({ answers: [{ type: 'A', name, ttl: 30, data: '10.0.0.7' }] })

    switch (word) {
      case 'nope':
        return answer({ flags: NXDOMAIN, authorities: [SOA] })
      case 'later':
        return new Promise((resolve) => setTimeout(() => resolve(web()), 0))
      case 'hold':
        return new Promise((resolve) => held.push(() => resolve(web())))
      case 'holdbig':
        return new Promise((resolve) => held.push(() => resolve(big())))
      case 'release':
        release()
        return web()
      case 'who':
        return answer({ answers: [txt(`${client.transport} ${client.address} ${client.port > 0}`)] })
      case 'big':
        return big()
      case 'throw':
        throw new Error('thrown on purpose')
      case 'reject':
        return Promise.reject(new Error('rejected on purpose'))
      default:
        return web()
    }
  }

  function release(): void {
    for (const answer of held.splice(0)) answer()
  }

  return {
    handler,
    release,
    get heldCount() {
      return held.length
    },
    get askedCount() {
      return askedCount
    },
  }
}

const SOA: Answer = {
  type: 'SOA',
  name: 'example',
  ttl: 300,
  data: {
    mname: 'ns.example',
    rname: 'hostmaster.example',
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86400,
    minimum: 5,
  },
}
