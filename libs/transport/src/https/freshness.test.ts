import { encode, type OptAnswer, type Packet, RECURSION_DESIRED } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshnessSec } from './freshness.ts'

const NXDOMAIN = 3
const SERVFAIL = 2
const QUESTION = { type: 'A', name: 'web.shop.example' } as const

function response(packet: Packet): Uint8Array {
  return new Uint8Array(encode({ type: 'response', flags: RECURSION_DESIRED, questions: [QUESTION], ...packet }))
}
function a(ttl: number) {
  return { type: 'A', name: QUESTION.name, ttl, data: '10.0.0.7' } as const
}
function soa(ttl: number, minimum: number) {
  const times = { serial: 1, refresh: 7200, retry: 1800, expire: 86400 }
  return {
    type: 'SOA',
    name: 'example',
    ttl,
    data: { mname: 'ns.example', rname: 'h.example', minimum, ...times },
  } as const
}
const opt: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
}

describe('freshnessSec', () => {
  it.each<[string, Packet, number]>([
    ['the TTL of the answer', { answers: [a(30)] }, 30],
    ['the smallest TTL', { answers: [a(30), a(5), a(60)] }, 5],
    ['0 when a TTL is', { answers: [a(30), a(0)] }, 0],
    ['0 for a TTL with its first bit set', { answers: [a(0x8000_0000)] }, 0],
    ['the minimum of the SOA', { flags: NXDOMAIN, authorities: [soa(300, 5)] }, 5],
    ['the TTL of the SOA when that is smaller', { authorities: [soa(7, 300)] }, 7],
    ['a CNAME that leads nowhere: the smaller of both', { answers: [a(3)], authorities: [soa(300, 60)] }, 3],
    ['records in additional and OPT do not count', { answers: [a(30)], additionals: [a(1), opt] }, 30],
    [
      'NS records in authority do not count',
      { answers: [a(30)], authorities: [{ type: 'NS', name: 'x', ttl: 1, data: 'y' }] },
      30,
    ],
    ['0 for nothing at all', {}, 0],
    ['0 for a failure', { flags: SERVFAIL, answers: [a(30)] }, 0],
  ])('%s', (_name, packet, expected) => expect(freshnessSec(response(packet))).toBe(expected))

  it('is 0 for a message that is cut anywhere', () => {
    const whole = response({ answers: [a(30)], authorities: [soa(300, 60)] })
    for (let end = 0; end < whole.length; end++) expect(freshnessSec(whole.subarray(0, end)), `${end} octets`).toBe(0)
    expect(freshnessSec(whole)).toBe(30)
  })

  it('takes any octets', () => {
    const mutated = fc.tuple(fc.nat(200), fc.nat(255)).map(([at, octet]) => {
      const octets = response({ answers: [a(30), a(40)], authorities: [soa(300, 60)] })
      if (at < octets.length) octets[at] = octet
      return octets
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated), (octets) => {
        const seconds = freshnessSec(octets)
        expect(Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 31).toBe(true)
      }),
    )
  })
})
