import { formatAddress, nameFromText } from '@zonecast/dns'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ImageContent, ServiceRecord } from '../content.ts'
import { address, ask, content, endpoint, HTTP, load, service, shop } from '../testing/fixture.ts'

const images = [load(shop)]

const rows: readonly (readonly [name: string, means: string])[] = [
  ['cluster.local', 'apex'],
  ['ns.dns.cluster.local', 'nameserver'],
  ['dns.cluster.local', 'inner'],
  ['x.dns.cluster.local', 'nxdomain'],
  ['a.ns.dns.cluster.local', 'nxdomain'],
  ['svc.cluster.local', 'inner'],
  ['SVC.Cluster.LOCAL', 'inner'],
  ['shop.svc.cluster.local', 'inner'],
  ['bare.svc.cluster.local', 'inner'],
  ['none.svc.cluster.local', 'nxdomain'],
  ['nope.shop.svc.cluster.local', 'nxdomain'],
  ['web.bare.svc.cluster.local', 'nxdomain'],
  ['nope.cluster.local', 'nxdomain'],
  ['dns-version.cluster.local', 'inner'], // it has TXT, not A
  ['node.svc.cluster.local', 'inner'], // an owner without data below svc
  ['x.node.svc.cluster.local', 'nxdomain'],

  ['web.shop.svc.cluster.local', 'service shop/web'],
  ['WEB.Shop.svc.cluster.local', 'service shop/web'],
  ['_http._tcp.web.shop.svc.cluster.local', 'service shop/web tcp'],
  ['_HTTP._Tcp.web.shop.svc.cluster.local', 'service shop/web tcp'],
  ['http.tcp.web.shop.svc.cluster.local', 'service shop/web !tcp'],
  ['_http._udp.web.shop.svc.cluster.local', 'nxdomain'],
  ['_http._quic.web.shop.svc.cluster.local', 'nxdomain'],
  ['_._tcp.web.shop.svc.cluster.local', 'nxdomain'], // no label names an unnamed port
  ['__sctp.web.shop.svc.cluster.local', 'nxdomain'],
  ['x._http._tcp.web.shop.svc.cluster.local', 'nxdomain'],
  ['_admin._tcp.web.shop.svc.cluster.local', 'nxdomain'], // of an endpoint, but the service has its own ports
  ['_tcp.web.shop.svc.cluster.local', 'inner'],
  ['tcp.web.shop.svc.cluster.local', 'nxdomain'],
  ['_sctp.web.shop.svc.cluster.local', 'nxdomain'], // its only port has no name
  ['10-0-0-1.web.shop.svc.cluster.local', 'endpoints shop/web 10-0-0-1@10.0.0.1'],
  ['10-0-0-01.web.shop.svc.cluster.local', 'nxdomain'],
  ['10-0-0-3.web.shop.svc.cluster.local', 'nxdomain'], // it has a hostname
  ['named.web.shop.svc.cluster.local', 'endpoints shop/web named@10.0.0.3'],
  ['_tcp.named.web.shop.svc.cluster.local', 'nxdomain'],

  ['db.shop.svc.cluster.local', 'service shop/db'],
  ['db-0.db.shop.svc.cluster.local', 'endpoints shop/db db-0@10.0.1.0 db-0@fd00:1::'],
  ['db-1.db.shop.svc.cluster.local', 'endpoints shop/db db-1@10.0.1.1'],
  ['db.db.shop.svc.cluster.local', 'nxdomain'],
  ['db-2.db.shop.svc.cluster.local', 'nxdomain'],
  ['10-0-1-9.db.shop.svc.cluster.local', 'endpoints shop/db 10-0-1-9@10.0.1.9'],
  ['fd00-1--0.db.shop.svc.cluster.local', 'nxdomain'],
  ['_dns._udp.db.shop.svc.cluster.local', 'service shop/db udp'],
  ['_udp.db.shop.svc.cluster.local', 'inner'],
  ['_tcp.db.shop.svc.cluster.local', 'nxdomain'],

  ['out.shop.svc.cluster.local', 'follow example.org.'],
  ['x.out.shop.svc.cluster.local', 'nxdomain'],
  ['_http._tcp.out.shop.svc.cluster.local', 'nxdomain'],
  ['hidden.shop.svc.cluster.local', 'nxdomain'], // reverse only
  ['10-0-2-1.hidden.shop.svc.cluster.local', 'nxdomain'],

  ['pod.cluster.local', 'inner'],
  ['shop.pod.cluster.local', 'inner'],
  ['none.pod.cluster.local', 'nxdomain'],
  ['10-0-0-1.shop.pod.cluster.local', 'pod 10.0.0.1'],
  ['--ffff-a00-1.shop.pod.cluster.local', 'pod 10.0.0.1'],
  ['10-0-0-1.bare.pod.cluster.local', 'nxdomain'],
  ['10-0-0-2.shop.pod.cluster.local', 'nxdomain'],
  ['fd00--2.shop.pod.cluster.local', 'pod fd00::2'],
  ['FD00-0-0-0-0-0-0-2.shop.pod.cluster.local', 'pod fd00::2'],
  ['fd00--3.shop.pod.cluster.local', 'nxdomain'],
  ['x.fd00--2.shop.pod.cluster.local', 'nxdomain'],
]

describe('lookup', () => {
  test.each(rows)('%s: %s', (name, means) => {
    expect(ask(images, name)).toBe(means)
  })

  test('each stanza has its own', () => {
    expect(ask(images, 'split.shop.svc.cluster.local')).toBe('service shop/split')
    expect(ask(images, '10-0-3-1.split.shop.svc.cluster.local')).toBe('nxdomain')
    expect(ask(images, '10-0-3-1.split.shop.svc.second', 'second')).toBe('endpoints shop/split 10-0-3-1@10.0.3.1')
    expect(ask(images, 'db.shop.svc.second', 'second')).toBe('nxdomain')
    expect(ask(images, 'bare.svc.second', 'second')).toBe('nxdomain')
    expect(ask(images, 'dns-version.second', 'second', 16)).toBe('owner')
    expect(ask(images, 'dns-version.second', 'second', 13)).toBe('inner')
  })

  test('the root zone is a zone', () => {
    expect(ask(images, '.', '')).toBe('apex')
    expect(ask(images, 'out.shop.svc', '')).toBe('follow example.org.')
    expect(ask(images, 'dns-version', '', 16)).toBe('nxdomain')
    expect(ask(images, '10-0-0-1.shop.pod', '')).toBe('nxdomain') // pods disabled
    expect(ask(images, 'shop.pod', '')).toBe('nxdomain')
    expect(ask(images, 'pod', '')).toBe('inner')
  })

  test('an owner of RRsets is found by type', () => {
    expect(ask(images, 'dns-version.cluster.local', 'cluster.local', 16)).toBe('owner')
    expect(ask(images, 'dns-version.cluster.local', 'cluster.local', 13)).toBe('owner')
    expect(ask(images, 'node.svc.cluster.local', 'cluster.local', 16)).toBe('inner')
  })

  test('pods insecure: any address in any spelling, and nothing else', () => {
    const octets = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 16, maxLength: 16, max: 1 }),
    )
    fc.assert(
      fc.property(octets, (octets) => {
        const text = formatAddress(octets)
        const full = octets.length === 4 ? text : groupsOf(octets)
        const label = text.startsWith('::ffff:') ? full : text
        for (const spelled of [label, full]) {
          const name = `${spelled.replaceAll(/[.:]/g, '-')}.shop.pod.second`
          expect(ask(images, name, 'second')).toBe(`pod ${text.replace('::ffff:', '')}`)
        }
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-g-]{1,40}$/), (label) => {
        const isAddress = spells(label)
        expect(ask(images, `${label}.shop.pod.second`, 'second').startsWith('pod ')).toBe(isAddress)
      }),
    )
  })

  test('an endpoint is found among thousands of each kind of name', () => {
    const derived = Array.from({ length: 3000 }, (_, at) => endpoint(`10.1.${at >> 8}.${at & 255}`))
    const named = Array.from({ length: 3000 }, (_, at) => endpoint(`db-${at}@10.2.${at >> 8}.${at & 255}`))
    const endpoints = [...named, ...derived]
    const big = [load(content({ services: [service('shop/big', { kind: 'headless', portSets: [[]], endpoints })] }))]
    for (let at = 0; at < 3000; at += 7) {
      const dashed = `10-1-${at >> 8}-${at & 255}`
      const means = `endpoints shop/big ${dashed}@10.1.${at >> 8}.${at & 255}`
      expect(ask(big, `${dashed}.big.shop.svc.cluster.local`)).toBe(means)
      expect(ask(big, `db-${at}.big.shop.svc.cluster.local`)).toBe(
        `endpoints shop/big db-${at}@10.2.${at >> 8}.${at & 255}`,
      )
    }
    expect(ask(big, 'db-3000.big.shop.svc.cluster.local')).toBe('nxdomain')
    expect(ask(big, '10-1-11-184.big.shop.svc.cluster.local')).toBe('nxdomain')
  })

  test('a hostname that looks like an address shares its name with the endpoint at it', () => {
    const endpoints = [endpoint('10.0.0.1'), endpoint('10-0-0-1@10.0.0.9')]
    const odd = [load(content({ services: [service('shop/odd', { kind: 'headless', portSets: [[]], endpoints })] }))]
    expect(ask(odd, '10-0-0-1.odd.shop.svc.cluster.local')).toBe(
      'endpoints shop/odd 10-0-0-1@10.0.0.1 10-0-0-1@10.0.0.9',
    )
  })
})

/** What stanza 0 has with these templates. */
function asker(names: readonly string[], services: readonly ServiceRecord[], given: Partial<ImageContent> = {}) {
  const { stanzas, namespaces } = shop
  const named = stanzas.map((stanza) => ({ ...stanza, names, namespace: 'shop' }))
  const spaces = [...namespaces, { name: 'svc', stanzas: 1 }, { name: 'dns', stanzas: 1 }, { name: 'pod', stanzas: 1 }]
  const stack = [load(content({ stanzas: named, namespaces: spaces, services, ...given }))]
  return (labels: string, type?: number) => ask(stack, `${labels}.cluster.local`, 'cluster.local', type)
}

describe('where several things have one name', () => {
  const [short, specified] = ['{service}.{namespace}', '{service}.{namespace}.svc']
  const web = service('shop/web', {
    addresses: [address('10.96.0.1')],
    ports: [HTTP],
    endpoints: [endpoint('c1@10.0.0.1')],
  })
  const withPorts = { ...web, portSets: [[HTTP]] }
  const alias = (key: string, aliasOf = 'other') => service(key, { addresses: [address('10.96.0.2')], aliasOf })

  test('fixed names go first', () => {
    const owners = [{ owner: 'dns-version', stanzas: 1, type: 16, ttlSec: 5, rdata: [Uint8Array.of(1, 49)] }]
    const names = ['ns', 'x'].map((name) => service(`dns/${name}`))
    const asked = asker(['{service}', short], [service('shop/dns-version'), service('shop/pod'), ...names], {
      rrsets: owners,
    })
    expect(asked('dns-version', 16)).toBe('owner')
    expect(asked('dns-version')).toBe('inner')
    expect(asked('pod')).toBe('inner')
    expect(asked('ns.dns')).toBe('nameserver')
    expect(asked('x.dns')).toBe('service dns/x')
  })

  test("objects' own names go before those of endpoints, these before ports, whatever the order of the templates", () => {
    // In namespace svc, under the short template, `c1.web.svc` is an endpoint of web; under the other one a service in web.
    const services = [
      { ...withPorts, namespace: 'svc' },
      service('web/c1'),
      service('shop/tcp', { portSets: [[]], endpoints: [endpoint('http@10.0.0.9')] }),
      { ...withPorts, service: 'shop', namespace: 'svc' },
    ]
    const namespaces = ['svc', 'web', 'shop'].map((name) => ({ name, stanzas: 1 }))
    for (const templates of [
      [short, specified],
      [specified, short],
    ]) {
      const asked = asker(templates, services, { namespaces })
      expect(asked('c1.web.svc')).toBe('service web/c1')
      expect(asked('web.svc')).toBe('service svc/web')
      expect(asked('http.tcp.shop.svc')).toBe('endpoints shop/tcp http@10.0.0.9')
      expect(asker(templates, services.slice(0, 1), { namespaces })('c1.web.svc')).toBe('endpoints svc/web c1@10.0.0.1')
      expect(asker(templates, [], { namespaces })('web.svc')).toBe('inner')
    }
  })

  test('annotation names go last, and before inner nodes', () => {
    const names = [withPorts, alias('shop/c1.web'), alias('shop/c2.web'), alias('shop/http.tcp.web'), alias('shop/one')]
    const asked = asker([specified], names)
    expect(asked('c1.web.shop.svc')).toBe('endpoints shop/web c1@10.0.0.1')
    expect(asked('c2.web.shop.svc')).toBe('service shop/c2.web')
    expect(asked('http.tcp.web.shop.svc')).toBe('service shop/web !tcp')
    expect(asked('one.shop.svc')).toBe('service shop/one')
    const both = asker(
      [specified, short],
      [alias('shop/svc'), { ...withPorts, namespace: 'svc', service: 'shop' }, alias('svc/c1.shop')],
    )
    expect(both('c1.shop.svc')).toBe('endpoints svc/shop c1@10.0.0.1')
    expect(both('shop.svc')).toBe('service svc/shop')
  })

  test('names below a dotted name', () => {
    const services = [{ ...withPorts, service: 'a.b' }, service('shop/b', { kind: 'inner' })]
    const asked = asker([short], services)
    expect(asked('a.b.shop')).toBe('service shop/a.b')
    expect(asked('b.shop')).toBe('inner')
    expect(asked('c1.a.b.shop')).toBe('endpoints shop/a.b c1@10.0.0.1')
    expect(asked('_tcp.a.b.shop')).toBe('inner')
    expect(asked('_http._tcp.a.b.shop')).toBe('service shop/a.b tcp')
    expect(asked('x.a.b.shop')).toBe('nxdomain')
    expect(asked('a.b.c.shop')).toBe('nxdomain')
  })

  test('an owner has its records where there is an inner node, too', () => {
    const rrsets = [{ owner: 'shop.svc', stanzas: 1, type: 16, ttlSec: 5, rdata: [Uint8Array.of(1, 49)] }]
    const asked = asker([specified], [], { rrsets })
    expect(asked('shop.svc', 16)).toBe('owner')
    expect(asked('shop.svc')).toBe('inner')
  })
})

describe('wildcards that objects ask for (RFC 4592)', () => {
  const all = {
    addresses: [address('10.96.0.1')],
    ports: [HTTP],
    portSets: [[HTTP]],
    endpoints: [endpoint('c1@10.0.0.1')],
  }
  const services = [
    service('shop/*.apps', { ...all, aliasOf: 'web' }),
    service('shop/apps', { kind: 'inner' }),
    service('shop/web', all),
    service('shop/a.b.apps', { aliasOf: 'web' }),
    service('shop/b.apps', { kind: 'inner' }),
    service('shop/*.out', { kind: 'external', target: nameFromText('example.org.') }),
    service('shop/out', { kind: 'inner' }),
  ]
  const asked = asker(['{service}.{namespace}'], services)
  test.each([
    ['x.apps.shop', 'service shop/*.apps'],
    ['x.y.z.apps.shop', 'service shop/*.apps'],
    ['_http._tcp.x.apps.shop', 'service shop/*.apps'],
    ['*.apps.shop', 'service shop/*.apps'],
    ['x.*.apps.shop', 'nxdomain'], // `*.apps` exists and is the closest encloser
    ['c1.*.apps.shop', 'nxdomain'],
    ['_http._tcp.*.apps.shop', 'nxdomain'],
    ['apps.shop', 'inner'],
    ['b.apps.shop', 'inner'], // an empty non-terminal
    ['x.b.apps.shop', 'nxdomain'], // it blocks the wildcard above it
    ['a.b.apps.shop', 'service shop/a.b.apps'],
    ['x.a.b.apps.shop', 'nxdomain'],
    ['x.web.shop', 'nxdomain'],
    ['x.shop', 'nxdomain'],
    ['x.out.shop', 'follow example.org.'],
    ['x.pod', 'nxdomain'],
  ])('%s: %s', (name, means) => expect(asked(name)).toBe(means))

  test('a name of just the star is below the namespace', () => {
    const asked = asker(
      ['{service}.{namespace}.svc'],
      [service('shop/*', { aliasOf: 'web' }), service('shop/web', all)],
    )
    expect(asked('x.shop.svc')).toBe('service shop/*')
    expect(asked('x.y.shop.svc')).toBe('service shop/*')
    expect(asked('x.web.shop.svc')).toBe('nxdomain')
    expect(asked('x.bare.svc')).toBe('nxdomain')
    expect(asked('shop.svc')).toBe('inner')
  })
})

function groupsOf(octets: Uint8Array): string {
  const groups: string[] = []
  for (let at = 0; at < 16; at += 2) groups.push((((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)).toString(16))
  return groups.join(':')
}

function spells(label: string): boolean {
  for (const separator of ['.', ':']) {
    try {
      address(label.replaceAll('-', separator))
      return true
    } catch {}
  }
  return false
}
