import {
  CLASS,
  decodeMessage,
  encodeQuery,
  nameFromText,
  nameToText,
  plainEdns,
  rcodeToText,
  TYPE,
} from '@zonecast/dns'
import { content, service } from '@zonecast/image/fixture'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ask, block, fixture, TCP, UDP } from '../testing/fixture.ts'

/** `l0 -> l1 -> … -> target`, all external services of the zone. */
function chainOf(links: number, target: string) {
  const name = (at: number) => (at === links ? target : `l${at}.shop.svc.cluster.local.`)
  const services = Array.from({ length: links }, (_, at) =>
    service(`shop/l${at}`, { kind: 'external', target: nameFromText(name(at + 1)) }),
  )
  const web = service('shop/web', { addresses: [Uint8Array.of(10, 96, 0, 1)] })
  return content({ namespaces: [{ name: 'shop', stanzas: 1 }], services: [...services, web] })
}

describe('a CNAME is followed through this server', () => {
  const web = 'web.shop.svc.cluster.local.'
  test.each([
    [
      'to a target with addresses',
      2,
      web,
      TYPE.A,
      /^NOERROR \| l0\S+ 5 IN CNAME \S+ \| l1\S+ 5 IN CNAME \S+ \| web\S+ 5 IN A 10.96.0.1$/,
    ],
    [
      'to a target without data of the type',
      1,
      web,
      TYPE.AAAA,
      /^NOERROR \| l0\S+ 5 IN CNAME \S+ \| cluster.local. 5 IN SOA /,
    ],
    [
      'to a target that does not exist (RFC 6604)',
      1,
      'no.shop.svc.cluster.local.',
      TYPE.A,
      /^NXDOMAIN \| l0\S+ 5 IN CNAME \S+ \| cluster.local. 5 IN SOA /,
    ],
    ['out of our zones it stands alone', 1, 'example.org.', TYPE.A, /^NOERROR \| l0\S+ 5 IN CNAME example.org.$/],
    [
      'a loop ends with the CNAMEs found',
      3,
      'l0.shop.svc.cluster.local.',
      TYPE.A,
      /^NOERROR( \| l\d\S+ 5 IN CNAME \S+){3}$/,
    ],
    ['not for other types than addresses', 1, web, TYPE.MX, /^NOERROR \| l0\S+ 5 IN CNAME \S+$/],
    ['CNAME itself is the answer', 1, web, TYPE.CNAME, /^NOERROR \| l0\S+ 5 IN CNAME \S+$/],
  ])('%s', async (_, links, target, type, expected) => {
    expect(await ask(fixture([block()], chainOf(links, target)), 'l0.shop.svc.cluster.local', type)).toMatch(expected)
  })

  test('at most eleven', async () => {
    const answer = await ask(fixture([block()], chainOf(14, web)), 'l0.shop.svc.cluster.local', TYPE.A, TCP)
    expect(answer.match(/ IN CNAME /g)?.length).toBe(11)
    expect(answer).not.toContain(' IN A ')
  })
})

describe('what the fast path leaves over', () => {
  const raw = async (octets: Uint8Array, responder = fixture()) => {
    const response = await responder.handle(octets, UDP)
    return response === undefined ? undefined : decodeMessage(response)
  }
  const qname = nameFromText('web.shop.svc.cluster.local')

  const positions = ['shop 1700000000000-7', 'spare 1700000000000-0']
  test.each<[string, number, string, string[]]>([
    ['version.bind', TYPE.TXT, 'NOERROR', ['zonecast-test', ...positions]],
    ['ID.Server', TYPE.TXT, 'NOERROR', ['host-1']],
    ['hostname.bind', TYPE.TXT, 'NOERROR', ['host-1']],
    ['version.bind', TYPE.A, 'NOERROR', []],
    ['authors.bind', TYPE.TXT, 'REFUSED', []],
  ])('CH %s', async (name, type, rcode, texts) => {
    const reply = await raw(encodeQuery({ qname: nameFromText(name), type, class: CLASS.CH, id: 1 }))
    expect(rcodeToText(reply?.rcode ?? -1)).toBe(rcode)
    const answers = reply?.answers ?? []
    expect(answers.map(({ rdata }) => new TextDecoder().decode(rdata.subarray(1)))).toEqual(texts)
    for (const { ownerName } of answers) expect(nameToText(ownerName)).toBe(`${name}.`)
  })

  test('another class gets no IN data', async () => {
    const reply = await raw(encodeQuery({ qname, type: TYPE.A, class: 4, id: 1 }))
    expect([reply?.rcode, reply?.answers.length]).toEqual([5, 0])
  })

  test('an unknown version of EDNS is BADVERS', async () => {
    const reply = await raw(encodeQuery({ qname, type: TYPE.A, id: 1, edns: { ...plainEdns(1232), version: 1 } }))
    expect([reply?.rcode, reply?.edns?.version, reply?.answers.length]).toEqual([16, 0, 0])
  })

  test('a signature beside OPT is passed over', async () => {
    const octets = encodeQuery({ qname, type: TYPE.A, id: 1 })
    const signed = Uint8Array.of(...octets, 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0)
    new DataView(signed.buffer).setUint16(10, 2)
    expect((await raw(signed))?.answers.length).toBe(1)
  })

  test('NS at the apex, and its name, come from the responder', async () => {
    expect(await ask(fixture(), 'cluster.local', TYPE.NS)).toBe(
      'NOERROR | cluster.local. 5 IN NS ns.dns.cluster.local. | ns.dns.cluster.local. 5 IN A 192.0.2.53',
    )
    expect(await ask(fixture(), 'ns.dns.cluster.local')).toBe('NOERROR | ns.dns.cluster.local. 5 IN A 192.0.2.53')
    expect(await ask(fixture(), 'ns.dns.cluster.local', TYPE.AAAA)).toMatch(/^NOERROR \| cluster.local. 5 IN SOA /)
  })

  test('any octets get an answer or silence, and no rejection', async () => {
    const responder = fixture([block({ whoami: true, log: [{ zones: [''], format: [], classes: ['all'] }] })])
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (octets) => {
      const response = await responder.handle(octets, UDP)
      if (response !== undefined) expect((response[2] ?? 0) & 0x80).toBe(0x80)
    })
    await fc.assert(property, { numRuns: 1000 })
  })
})

describe('whoami', () => {
  test('tells address, port and transport, also after a fallthrough', async () => {
    const kubernetes = {
      ...block().kubernetes,
      zones: ['cluster.local'],
      ordinal: 0,
      feed: 'test',
      fallthrough: [''],
      wildcards: undefined,
    }
    const responder = fixture([block({ whoami: true, kubernetes })])
    for (const name of ['example.org.', 'no.such.cluster.local.']) {
      expect(await ask(responder, name)).toBe(
        `NOERROR | ${name} 0 IN A 198.51.100.7 | _udp.${name} 0 IN SRV 0 0 40000 .`,
      )
    }
    expect(await ask(responder, 'shop.svc.cluster.local')).toMatch(/^NOERROR \| cluster.local. 5 IN SOA /)
  })
})

describe('log', () => {
  const parts = [
    'remote',
    'port',
    '>id',
    'type',
    'class',
    'name',
    'proto',
    'size',
    '>do',
    '>bufsize',
    'rcode',
    '>rflags',
    'rsize',
    'duration',
  ]
  const format = parts.flatMap((placeholder) => [{ placeholder }, { literal: ' ' }])

  test('one line a query, a followed CNAME is one query', async () => {
    const responder = fixture(
      [block({ log: [{ zones: [''], format, classes: ['all'] }] })],
      chainOf(1, 'web.shop.svc.cluster.local.'),
    )
    await ask(responder, 'l0.shop.svc.cluster.local')
    expect(responder.lines).toEqual([
      'info 198.51.100.7 40000 1 A IN l0.shop.svc.cluster.local. udp 54 false 1232 NOERROR qr,aa,rd 88 0.002s ',
    ])
  })

  test.each([
    ['success', ['web.shop.svc.cluster.local.']],
    ['denial', ['shop.svc.cluster.local.', 'no.shop.svc.cluster.local.']],
    ['error', ['example.org.']],
  ] as const)('of class %s', async (responseClass, expected) => {
    const rule = { zones: [''], format: [{ placeholder: 'name' }], classes: [responseClass] }
    const responder = fixture([block({ log: [rule] })])
    for (const name of ['web.shop.svc', 'shop.svc', 'no.shop.svc']) await ask(responder, `${name}.cluster.local`)
    await ask(responder, 'example.org')
    expect(responder.lines).toEqual(expected.map((name) => `info ${name}`))
  })

  test('the first rule whose zone holds the name counts', async () => {
    const rule = (zone: string, literal: string) => ({
      zones: [zone],
      format: [{ literal }],
      classes: ['all' as const],
    })
    const responder = fixture([block({ log: [rule('shop.svc.cluster.local', 'shop'), rule('', 'rest')] })])
    await ask(responder, 'web.shop.svc.cluster.local')
    await ask(responder, 'cluster.local')
    expect(responder.lines).toEqual(['info shop', 'info rest'])
  })
})
