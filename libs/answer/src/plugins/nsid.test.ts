import { decodeMessage, EDNS_OPTION, type Edns, encodeQuery, FLAG, nameFromText, plainEdns, TYPE } from '@zonecast/dns'
import { content, service } from '@zonecast/image/fixture'
import { describe, expect, test } from 'vitest'
import type { Block } from '../block.ts'
import type { Surroundings } from '../surroundings.ts'
import { block, fixture, TCP, UDP } from '../testing/fixture.ts'

const WEB = 'web.shop.svc.cluster.local'
const asking = (octets = new Uint8Array(), udpSizeOctets = 1232): Edns => ({
  ...plainEdns(udpSizeOctets),
  options: [{ code: EDNS_OPTION.NSID, octets }],
})

interface Ask {
  readonly edns?: Edns | null
  readonly given?: Partial<Block>
  readonly surrounding?: Partial<Surroundings>
  readonly name?: string
  readonly stream?: boolean
  readonly held?: Parameters<typeof fixture>[1]
}

async function ask({ edns = asking(), given = { nsid: '' }, surrounding, name = WEB, stream = false, held }: Ask) {
  const { handle } = fixture([block(given)], held, surrounding)
  const query = encodeQuery({ qname: nameFromText(name), type: TYPE.A, id: 1, ...(edns === undefined ? {} : { edns }) })
  const octets = (await handle(query, stream ? TCP : UDP)) ?? new Uint8Array()
  const message = decodeMessage(octets)
  const option = message.edns?.options.find(({ code }) => code === EDNS_OPTION.NSID)
  return { message, octets: octets.length, nsid: option && new TextDecoder().decode(option.octets) }
}

const positions = 'shop 1700000000000-7; spare 1700000000000-0'

describe('who asks for NSID', () => {
  test.each<[string, Ask, string | undefined]>([
    ['is told the host and the positions', {}, `host-1; ${positions}`],
    ['is told the words of the Corefile', { given: { nsid: 'edge 1' } }, `edge 1; ${positions}`],
    ['whatever is in the option', { edns: asking(Uint8Array.of(1, 2, 3)) }, `host-1; ${positions}`],
    ['over TCP too', { stream: true }, `host-1; ${positions}`],
    ['for a name that does not exist', { name: `no.${WEB}` }, `host-1; ${positions}`],
    [
      'with logged questions',
      { given: { nsid: '', log: [{ zones: [''], format: [], classes: ['all'] }] } },
      `host-1; ${positions}`,
    ],
    ['before anything is known', { held: 'none', surrounding: { positions: () => [] } }, 'host-1'],
    ['is told nothing without the directive', { given: {} }, undefined],
    [
      'is told whole positions only',
      { surrounding: { positions: () => ['a 1-1', `${'b'.repeat(250)} 1-2`, 'c 1-3'] } },
      'host-1; a 1-1; c 1-3',
    ],
  ])('%s', async (_, given, nsid) => expect((await ask(given)).nsid).toBe(nsid))

  test('who does not, is not told', async () => {
    expect((await ask({ edns: plainEdns(1232) })).nsid).toBeUndefined()
    expect((await ask({ edns: null })).message.edns).toBeUndefined()
  })

  test('the answer is the same but for the option', async () => {
    const [plain, told] = [await ask({ edns: plainEdns(1232) }), await ask({})]
    expect(told.message.answers).toEqual(plain.message.answers)
    expect(told.octets - plain.octets).toBe(4 + `host-1; ${positions}`.length)
  })

  // 16 octets an address: the option has to find room among them.
  const many = Array.from({ length: 80 }, (_, at) => Uint8Array.of(10, 0, 0, at + 1))
  const crowded = content({
    namespaces: [{ name: 'shop', stanzas: 1 }],
    services: [service('shop/web', { addresses: many })],
  })

  test.each([512, 700, 1232, 4096])('no more than the %i octets that the client takes', async (limit) => {
    const { octets, nsid, message } = await ask({ edns: asking(new Uint8Array(), limit), held: crowded })
    expect(nsid).toBe(`host-1; ${positions}`)
    expect(octets).toBeLessThanOrEqual(Math.min(limit, 1232))
    expect((message.flags & FLAG.TC) !== 0).toBe(true)
  })
})
