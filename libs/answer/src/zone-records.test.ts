import { createHash } from 'node:crypto'
import { nameFromText, parseAddress, recordToText } from '@zonecast/dns'
import {
  buildImage,
  type ImageContent,
  loadImage,
  type ServiceRecord,
  SPECIFIED,
  type StanzaRecord,
} from '@zonecast/image'
import { describe, expect, test } from 'vitest'
import { Answerer } from './answerer.ts'
import type { Block } from './block.ts'
import { servedZones, zoneRecords } from './zone-records.ts'

const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()
const address = (text: string): Uint8Array => parseAddress(text) as Uint8Array
const OWN = ['192.0.2.1', '2001:db8::1'].map(address)

function service(service: string, given: Partial<ServiceRecord>): ServiceRecord {
  const nothing = {
    aliasOf: '',
    addresses: [],
    externalAddresses: [],
    ports: [],
    portSets: [[]],
    endpoints: [],
    target: new Uint8Array(),
  }
  return { service, namespace: 'shop', stanzas: 1, kind: 'cluster', ...nothing, ...given }
}

/** The lines of a zone. */
function print(
  zone: string,
  zones: readonly string[],
  services: readonly ServiceRecord[],
  rrsets: ImageContent['rrsets'] = [],
): string[] {
  const stanza: StanzaRecord = {
    ...SPECIFIED,
    ttlSec: 5,
    pods: 'verified',
    zones: zones.map((name) => ({ name, serial: 7 })),
  }
  const content: ImageContent = {
    kind: 'base',
    createdAtMs: 0,
    meta: {},
    stanzas: [stanza],
    namespaces: [{ name: 'shop', stanzas: 1 }],
    services,
    pods: [{ namespace: 'shop', address: address('10.0.0.9'), stanzas: 1 }],
    rrsets,
  }
  const kubernetes = { zones, ordinal: 0, feed: 'test', fallthrough: [], wildcards: undefined }
  const block: Block = {
    zones: [''],
    kubernetes,
    rotate: true,
    whoami: false,
    nsid: undefined,
    log: [],
    errors: undefined,
    counted: false,
  }
  const answerer = new Answerer([block])
  answerer.setImages('test', [loadImage(buildImage(content, sha256))])
  const found = servedZones(answerer).find(({ name }) => name === zone)
  if (found === undefined) throw new Error(`no zone ${zone}`)
  return Array.from(zoneRecords(answerer, found, OWN), recordToText)
}

const http = { name: 'http', protocol: 'tcp', number: 80 } as const

describe('zoneRecords', () => {
  test('SOA and NS first, then names in canonical order', () => {
    const services = [
      service('web', { addresses: ['10.96.0.1', 'fd00::1'].map(address), ports: [http] }),
      service('db', {
        kind: 'headless',
        portSets: [[http]],
        endpoints: [{ address: address('10.0.0.1'), name: 'db-0', portSet: 0, zone: '' }],
      }),
      service('out', { kind: 'external', target: nameFromText('example.org.') }),
    ]
    const version = [{ owner: 'dns-version', stanzas: 1, type: 16, ttlSec: 28800, rdata: [Uint8Array.of(1, 49)] }]
    expect(print('c.local', ['c.local', '10.in-addr.arpa'], services, version)).toEqual([
      'c.local. 5 IN SOA ns.dns.c.local. hostmaster.c.local. 7 7200 1800 86400 5',
      'c.local. 5 IN NS ns.dns.c.local.',
      'ns.dns.c.local. 5 IN A 192.0.2.1',
      'ns.dns.c.local. 5 IN AAAA 2001:db8::1',
      'dns-version.c.local. 28800 IN TXT "1"',
      '10-0-0-9.shop.pod.c.local. 5 IN A 10.0.0.9',
      'db.shop.svc.c.local. 5 IN A 10.0.0.1',
      'db.shop.svc.c.local. 5 IN SRV 0 100 80 db-0.db.shop.svc.c.local.',
      '_http._tcp.db.shop.svc.c.local. 5 IN A 10.0.0.1',
      '_http._tcp.db.shop.svc.c.local. 5 IN SRV 0 100 80 db-0.db.shop.svc.c.local.',
      'db-0.db.shop.svc.c.local. 5 IN A 10.0.0.1',
      'db-0.db.shop.svc.c.local. 5 IN SRV 0 100 80 db-0.db.shop.svc.c.local.',
      'out.shop.svc.c.local. 5 IN CNAME example.org.',
      'web.shop.svc.c.local. 5 IN A 10.96.0.1',
      'web.shop.svc.c.local. 5 IN AAAA fd00::1',
      'web.shop.svc.c.local. 5 IN SRV 0 50 80 web.shop.svc.c.local.',
      '_http._tcp.web.shop.svc.c.local. 5 IN A 10.96.0.1',
      '_http._tcp.web.shop.svc.c.local. 5 IN AAAA fd00::1',
      '_http._tcp.web.shop.svc.c.local. 5 IN SRV 0 50 80 web.shop.svc.c.local.',
    ])
    expect(print('10.in-addr.arpa', ['c.local', '10.in-addr.arpa'], services)).toEqual([
      '10.in-addr.arpa. 5 IN SOA ns.dns.10.in-addr.arpa. hostmaster.10.in-addr.arpa. 7 7200 1800 86400 5',
      '10.in-addr.arpa. 5 IN NS ns.dns.c.local.',
      '1.0.0.10.in-addr.arpa. 5 IN PTR db-0.db.shop.svc.c.local.',
      '1.0.96.10.in-addr.arpa. 5 IN PTR web.shop.svc.c.local.',
    ])
  })

  test('RRsets that no message holds are whole', () => {
    const endpoints = Array.from({ length: 6000 }, (_, at) => ({
      address: Uint8Array.of(10, 1, at >> 8, at & 255),
      name: `db-${at}`,
      portSet: 0,
      zone: '',
    }))
    const lines = print('c.local', ['c.local'], [service('db', { kind: 'headless', portSets: [[http]], endpoints })])
    const srv = lines.filter((line) => line.startsWith('db.shop.svc.c.local. 5 IN SRV 0 1 80 '))
    expect(new Set(srv).size).toBe(6000)
    expect(lines.filter((line) => line.startsWith('db.shop.svc.c.local. 5 IN A ')).length).toBe(6000)
    expect(lines.at(-1)).toBe('db-999.db.shop.svc.c.local. 5 IN SRV 0 100 80 db-999.db.shop.svc.c.local.')
  })

  test('names of a zone below belong to that zone', () => {
    const zones = ['c.local', 'shop.svc.c.local']
    const lines = print('c.local', zones, [service('web', { addresses: [address('10.96.0.1')] })])
    expect(lines.filter((line) => line.includes('web'))).toEqual([])
  })

  test('the root zone', () => {
    const lines = print('', [''], [service('web', { addresses: [address('10.96.0.1')] })])
    expect(lines.slice(0, 3)).toEqual([
      '. 5 IN SOA ns.dns. hostmaster. 7 7200 1800 86400 5',
      '. 5 IN NS ns.dns.',
      'ns.dns. 5 IN A 192.0.2.1',
    ])
    expect(lines).toContain('web.shop.svc. 5 IN A 10.96.0.1')
  })
})
