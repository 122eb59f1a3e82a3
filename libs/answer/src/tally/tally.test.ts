import { CLASS, EDNS_DO, type Edns, encodeQuery, nameFromText, plainEdns, TYPE } from '@zonecast/dns'
import { describe, expect, test } from 'vitest'
import type { Block } from '../block.ts'
import { ask, block, fixture, TCP, UDP } from '../testing/fixture.ts'
import { readTally } from './read-tally.ts'
import { Tally, tallyMemory } from './tally.ts'

const WEB = 'web.shop.svc.cluster.local.'

/** A counting responder; `clock` is stepped by each look at it. */
function counting(blocks: readonly Block[], stepMs = 0, ownAddresses = () => [Uint8Array.of(192, 0, 2, 53)]) {
  const memory = tallyMemory(blocks, 2)
  let clock = 0
  const tally = new Tally(blocks, memory, 1, () => (clock += stepMs))
  const served = fixture(blocks, undefined, { tally, ownAddresses })
  const read = () => readTally(blocks, memory)
  return { served, memory, read, zone: (name: string) => read().zones.find(({ zone }) => zone === name) }
}

const counted = (given: Partial<Block> = {}) => block({ counted: true, ...given })
const query = (edns: Partial<Edns> = {}) =>
  encodeQuery({ qname: nameFromText(WEB), type: TYPE.A, id: 1, edns: { ...plainEdns(1232), ...edns } })
const sum = (counts: readonly number[] = []) => counts.reduce((total, count) => total + count, 0)

describe('what is counted', () => {
  test('requests by protocol, family and type, and responses by RCODE and plugin', async () => {
    const { served, zone } = counting([counted({ whoami: true })])
    await ask(served, WEB)
    await ask(served, WEB)
    await ask(served, WEB, TYPE.SRV, TCP)
    await ask(served, WEB, TYPE.AAAA, { ...UDP, address: '2001:db8::7' })
    await ask(served, 'nope.shop.svc.cluster.local.', TYPE.HTTPS)
    await ask(served, WEB, TYPE.CAA)
    // The slow path: NS records, and another plugin.
    await ask(served, 'cluster.local.', TYPE.NS)
    await ask(served, 'example.org.', TYPE.A)
    expect(zone('')).toMatchObject({
      requests: [
        { proto: 'udp', family: '1', type: 'A', count: 3 },
        { proto: 'udp', family: '1', type: 'HTTPS', count: 1 },
        { proto: 'udp', family: '1', type: 'NS', count: 1 },
        { proto: 'udp', family: '1', type: 'other', count: 1 },
        { proto: 'udp', family: '2', type: 'AAAA', count: 1 },
        { proto: 'tcp', family: '1', type: 'SRV', count: 1 },
      ],
      dnssecOk: 0,
      responses: [
        { plugin: 'kubernetes', rcode: 'NOERROR', count: 6 },
        { plugin: 'kubernetes', rcode: 'NXDOMAIN', count: 1 },
        { plugin: 'whoami', rcode: 'NOERROR', count: 1 },
      ],
    })
  })

  test('each zone of a block that wants it, and the others not', async () => {
    const kubernetes = { zones: ['cluster.local'], ordinal: 0, feed: 'test', fallthrough: [], wildcards: undefined }
    const { served, read } = counting([
      counted({ zones: ['cluster.local', 'shop.svc.cluster.local'], kubernetes }),
      block({ zones: ['example'], kubernetes: undefined, whoami: true }),
    ])
    await ask(served, WEB)
    await ask(served, 'cluster.local.', TYPE.SOA)
    await ask(served, 'a.example.')
    expect(read().zones.map(({ zone, requests }) => [zone, ...requests.map(({ type }) => type)])).toEqual([
      ['cluster.local', 'SOA'],
      ['shop.svc.cluster.local', 'A'],
    ])
  })

  test('what reaches no zone, or cannot be read, as dropped', async () => {
    const { served, zone } = counting([counted({ zones: ['cluster.local'] })])
    const version = encodeQuery({ qname: nameFromText('version.bind.'), type: TYPE.TXT, class: CLASS.CH, id: 1 })
    await ask(served, 'example.org.')
    await served.handle(query().subarray(0, 20), UDP)
    await served.handle(version, UDP)
    await served.handle(query({ version: 1 }), UDP)
    expect(zone('dropped')).toMatchObject({
      requests: [
        { type: 'A', count: 2 },
        { type: 'TXT', count: 1 },
        { type: 'other', count: 1 },
      ],
      responses: [
        { plugin: '', rcode: 'NOERROR', count: 1 },
        { plugin: '', rcode: 'FORMERR', count: 1 },
        { plugin: '', rcode: 'REFUSED', count: 1 },
        { plugin: '', rcode: 'BADVERS', count: 1 },
      ],
    })
    expect(zone('cluster.local')).toBeUndefined()
  })

  test('responses and silence not at all', async () => {
    const { served, read } = counting([counted()])
    const response = query()
    response[2] = 0x80
    expect(await served.handle(response, UDP)).toBeUndefined()
    expect(read().zones).toEqual([])
  })

  test('the DO bit', async () => {
    const { served, zone } = counting([counted()])
    await served.handle(query({ flags: EDNS_DO }), UDP)
    await served.handle(query(), UDP)
    expect(zone('')?.dnssecOk).toBe(1)
  })

  test('sizes of requests and responses', async () => {
    const { served, zone } = counting([counted()])
    const asked = query()
    const response = await served.handle(asked, UDP)
    const [sizes] = zone('')?.sizes ?? []
    expect(sizes).toMatchObject({ proto: 'udp', requests: { sum: asked.length }, responses: { sum: response?.length } })
    expect(sizes?.requests.counts.slice(0, 3)).toEqual([0, 1, 0])
    expect([sum(sizes?.requests.counts), sum(sizes?.responses.counts)]).toEqual([1, 1])
  })

  test('time: one query in 32 on the fast path is measured and speaks for the others', async () => {
    const { served, zone } = counting([counted()], 2)
    for (let n = 0; n < 100; n++) await ask(served, WEB)
    expect(zone('')?.durationSec.counts[3]).toBe(100)
    expect(zone('')?.durationSec.sum).toBeCloseTo(0.2)
  })
})

test('an error that nobody foresaw is a panic; with stacktrace its line says where it arose', async () => {
  const boom = () => {
    throw new TypeError('no such thing')
  }
  const errors = { stacktrace: true, consolidate: [] }
  const { served, read, zone } = counting([counted({ errors })], 0, boom)
  expect(await ask(served, 'cluster.local.', TYPE.NS)).toBe('SERVFAIL')
  expect(read().panics).toBe(1)
  expect(zone('')?.responses).toEqual([{ plugin: '', rcode: 'SERVFAIL', count: 1 }])
  expect(served.lines).toHaveLength(1)
  expect(served.lines[0]).toMatch(/NS: no such thing; at .*tally\.test\.ts:\d+:\d+.* < .*kubernetes\.ts/)
})

test('threads add up', async () => {
  const blocks = [counted()]
  const { served, memory, zone } = counting(blocks)
  const other = fixture(blocks, undefined, { tally: new Tally(blocks, memory, 0, () => 0) })
  await ask(served, WEB)
  await ask(other, WEB)
  expect(zone('')?.requests).toEqual([{ proto: 'udp', family: '1', type: 'A', count: 2 }])
})
