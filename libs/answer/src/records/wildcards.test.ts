import { encodeQuery, nameFromText, packetOver, parsePrefix, RCODE, TYPE } from '@zonecast/dns'
import { SPECIFIED, type StanzaRecord } from '@zonecast/image'
import { address, content, endpoint, HTTP, load, service } from '@zonecast/image/fixture'
import { describe, expect, test } from 'vitest'
import { Answerer } from '../answerer.ts'
import type { WildcardsPlugin } from '../block.ts'
import { ANSWERED } from '../handler.ts'
import { createQueryHandler } from '../plugins/chain.ts'
import { rcodeOf } from '../plugins/exchange.ts'
import { readTally } from '../tally/read-tally.ts'
import { Tally, tallyMemory } from '../tally/tally.ts'
import { ask, block, CLUSTER_ZONES, type Fixture, fixture, TCP, UDP } from '../testing/fixture.ts'
import { TextClient } from '../text-client.ts'

const STANZA: StanzaRecord = {
  ...SPECIFIED,
  wildcards: 'zone',
  search: true,
  ttlSec: 5,
  pods: 'disabled',
  zones: CLUSTER_ZONES.map((name) => ({ name, serial: 1 })),
}

const MANY = content({
  stanzas: [STANZA],
  namespaces: [{ name: 'shop', stanzas: 1 }],
  services: Array.from({ length: 300 }, (_, n) =>
    service(`shop/web-${n}`, { addresses: [address(`10.0.${n >> 8}.${n & 255}`)], ports: [HTTP] }),
  ),
})

const plugin = (given: Partial<WildcardsPlugin> = {}) => ({
  zones: CLUSTER_ZONES,
  ordinal: 0,
  feed: 'test',
  fallthrough: [],
  wildcards: { scope: 'zone' as const, search: false, limit: 100, clients: [], ...given },
})
const wild = (given: Partial<WildcardsPlugin> = {}) => block({ kubernetes: plugin(given) })

/** At a time that the test sets. */
function timed(blocks = [wild()]): Fixture & { clock: { nowMs: number }; limited: () => number } {
  const counted = blocks.map((each) => ({ ...each, counted: true }))
  const memory = tallyMemory(counted, 1)
  const clock = { nowMs: 1_700_000_000_000 }
  const answerer = new Answerer(counted, new Tally(counted, memory, 0, () => 0), () => clock.nowMs)
  answerer.setImages('test', [load(MANY)])
  const { lines, timers } = fixture()
  const surroundings = {
    identity: { version: '', id: '' },
    positions: () => [],
    ownAddresses: () => [],
    writeLine: () => {},
    now: () => 0,
    later: () => {},
  }
  const handle = createQueryHandler(answerer, surroundings)
  return { answerer, handle, lines, timers, clock, limited: () => readTally(counted, memory).limited }
}

const ANY_WEB = '*.shop.svc.cluster.local'

describe('more records than the limit', () => {
  test('a part of them, at one moment the same over UDP and TCP, later another, in turn all', async () => {
    const responder = timed([wild({ limit: 20 })])
    const seen = new Set<string>()
    let before: string[] = []
    for (let turn = 0; turn < 15; turn++) {
      const udp = (await ask(responder, ANY_WEB)).split(' | ')
      const tcp = (await ask(responder, ANY_WEB, TYPE.A, TCP)).split(' | ')
      expect(udp).toHaveLength(21)
      expect(udp.toSorted()).toEqual(tcp.toSorted())
      expect(udp).not.toEqual(before)
      for (const line of udp.slice(1)) seen.add(line)
      before = udp
      responder.clock.nowMs += 5000
    }
    expect(seen.size).toBe(300)
    expect(responder.limited()).toBe(30)
  })

  test('of patterns and of SRV records too', async () => {
    const responder = timed([wild({ limit: 20 })])
    for (const name of ['web-*.shop.svc.cluster.local', '*b-1*.*.svc.cluster.local']) {
      expect((await ask(responder, name, TYPE.A, TCP)).split(' | ')).toHaveLength(21)
      const srv = (await ask(responder, name, TYPE.SRV, TCP)).split(' | ')
      expect(srv.filter((line) => line.includes(' SRV 0 5 80 '))).toHaveLength(20)
      expect(srv.filter((line) => line.includes(' IN A '))).toHaveLength(20)
    }
    expect(responder.limited()).toBe(4)
  })

  test('as many as the limit are all, and not counted', async () => {
    const responder = timed([wild({ limit: 300 })])
    expect((await ask(responder, ANY_WEB, TYPE.A, TCP)).split(' | ')).toHaveLength(301)
    expect(responder.limited()).toBe(0)
  })

  test('what does not fit over UDP is truncated', async () => {
    const udp = (await ask(timed([wild({ limit: 200 })]), ANY_WEB)).split(' | ')
    expect(udp[0]).toBe('NOERROR tc')
    expect(udp.length - 1).toBe(Math.floor((1232 - 11 - 12 - nameFromText(ANY_WEB).length - 4) / 16))
  })
})

describe('records', () => {
  const answer = async (name: string, type: number = TYPE.A, stanza: Partial<StanzaRecord> = {}, search = false) => {
    const services = [
      service('shop/a', { addresses: [address('10.0.0.1')], externalAddresses: [address('192.0.2.1')], ports: [HTTP] }),
      service('shop/a.b', { addresses: [address('10.0.0.1')], ports: [HTTP], aliasOf: 'a' }),
      service('shop/xx', { kind: 'inner' }),
      service('shop/dd.xx', { addresses: [address('10.0.0.9')] }),
      service('shop/b', { addresses: [address('10.0.0.2')], externalAddresses: [address('192.0.2.2')] }),
      service('shop/c', {
        kind: 'headless',
        portSets: [[HTTP]],
        endpoints: ['h@10.1.0.1', 'i@10.1.0.1'].map((at) => endpoint(at)),
      }),
    ]
    const stanzas = [{ ...STANZA, ...stanza }]
    const some = content({ stanzas, namespaces: [{ name: 'shop', stanzas: 1 }], services })
    return (await ask(fixture([wild({ search })], some), name, type)).replaceAll(/\S+ 5 IN (A|SRV) /g, '')
  }

  test('each address once', async () => {
    expect(await answer('a*.shop.svc.cluster.local')).toBe('NOERROR | 10.0.0.1 | 192.0.2.1')
    expect(await answer('*.c.shop.svc.cluster.local')).toBe('NOERROR | 10.1.0.1')
  })

  test('addresses from outside stand together, before the others or after', async () => {
    expect(await answer('?.shop.svc.cluster.local')).toBe(
      'NOERROR | 10.0.0.1 | 10.0.0.2 | 10.1.0.1 | 192.0.2.1 | 192.0.2.2',
    )
    expect(await answer('?.shop.svc.cluster.local', TYPE.A, { externalFirst: true })).toBe(
      'NOERROR | 192.0.2.1 | 192.0.2.2 | 10.0.0.1 | 10.0.0.2 | 10.1.0.1',
    )
  })

  test('a service under two names is one target', async () => {
    expect(await answer('a*.shop.svc.cluster.local', TYPE.SRV)).toBe(
      'NOERROR | 0 33 80 a.shop.svc.cluster.local. | 10.0.0.1 | 192.0.2.1',
    )
  })

  test('a name above others is searched too, for nothing has just it', async () => {
    expect(await answer('xx.shop.svc.cluster.local')).toMatch(/^NOERROR \| cluster.local. 5 IN SOA/)
    expect(await answer('xx.shop.svc.cluster.local', TYPE.A, {}, true)).toBe('NOERROR | 10.0.0.9')
    expect(await answer('shop.svc.cluster.local', TYPE.A, {}, true)).toMatch(/^NOERROR \| cluster.local. 5 IN SOA/)
  })

  test('ANY is one HINFO', async () => {
    expect(await answer(ANY_WEB, TYPE.ANY)).toBe(`NOERROR | ${ANY_WEB}. 5 IN HINFO "RFC8482" ""`)
  })
})

describe('who may ask', () => {
  const clients = ['10.0.0.0/8', 'fd00::/8'].map((text) => parsePrefix(text)).filter((prefix) => prefix !== undefined)
  const responder = timed([wild({ clients, search: true })])
  const rcode = async (client: string, name = 'web-1*.shop.svc.cluster.local') =>
    (await ask(responder, name, TYPE.A, { ...UDP, address: client })).split(' ')[0]

  test.each([
    ['10.1.2.3', 'NOERROR'],
    ['::ffff:10.1.2.3', 'NOERROR'],
    ['fd12::1', 'NOERROR'],
    ['11.1.2.3', 'NXDOMAIN'],
    ['2001:db8::1', 'NXDOMAIN'],
  ])('%s: %s', async (client, expected) => {
    expect(await rcode(client)).toBe(expected)
    expect(await rcode(client, '*.*.svc.cluster.local')).toBe(expected)
    expect(await rcode(client, 'eb-1.shop.svc.cluster.local')).toBe(expected)
    expect(await rcode(client, 'web-1.shop.svc.cluster.local')).toBe('NOERROR')
  })

  test('the fast path decides it', () => {
    const response = packetOver(new Uint8Array(65_535))
    const answered = (client: string, name: string) => {
      const query = packetOver(encodeQuery({ qname: nameFromText(name), type: TYPE.A, id: 1 }))
      expect(responder.answerer.answer(query, response, false, new TextClient(client))).toBe(ANSWERED)
      return rcodeOf(response.octets)
    }
    expect(answered('10.1.2.3', ANY_WEB)).toBe(RCODE.NOERROR)
    expect(answered('fd12::1', ANY_WEB)).toBe(RCODE.NOERROR)
    expect(answered('11.1.2.3', ANY_WEB)).toBe(RCODE.NXDOMAIN)
    expect(answered('', ANY_WEB)).toBe(RCODE.NXDOMAIN)
    expect(answered('', 'web-1.shop.svc.cluster.local')).toBe(RCODE.NOERROR)
  })
})

describe('what the image and the Corefile say differently', () => {
  const rcode = async (
    kubernetes: ReturnType<typeof plugin>['wildcards'] | undefined,
    stanza: Partial<StanzaRecord>,
    name: string,
  ) => {
    const some = content({ ...MANY, stanzas: [{ ...STANZA, ...stanza }] })
    const its = block({ kubernetes: { ...plugin(), wildcards: kubernetes } })
    return (await ask(fixture([its], some), name)).split(' ')[0]
  }
  const { wildcards } = plugin({ search: true })

  test('each can only take away', async () => {
    expect(await rcode(wildcards, {}, 'web-1.*.svc.cluster.local')).toBe('NOERROR')
    expect(await rcode(undefined, {}, ANY_WEB)).toBe('NXDOMAIN')
    expect(await rcode(wildcards, { wildcards: 'off' }, ANY_WEB)).toBe('NXDOMAIN')
    expect(await rcode(wildcards, { wildcards: 'namespace' }, 'web-1.*.svc.cluster.local')).toBe('NXDOMAIN')
    expect(await rcode({ ...wildcards, scope: 'namespace' }, {}, 'web-1.*.svc.cluster.local')).toBe('NXDOMAIN')
    expect(await rcode(wildcards, {}, 'eb.shop.svc.cluster.local')).toBe('NOERROR')
    expect(await rcode(wildcards, { search: false }, 'eb.shop.svc.cluster.local')).toBe('NXDOMAIN')
    expect(await rcode({ ...wildcards, search: false }, {}, 'eb.shop.svc.cluster.local')).toBe('NXDOMAIN')
  })
})
