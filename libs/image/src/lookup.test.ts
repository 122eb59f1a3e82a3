import { formatAddress } from '@zonecast/dns'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { address, ask, content, endpoint, load, service, shop } from './fixture.ts'

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
