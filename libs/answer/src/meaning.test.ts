import { formatAddress, nameFromText, TYPE } from '@zonecast/dns'
import { describe, expect, test } from 'vitest'
import { meaningOf } from './meaning.ts'
import { block, fixture } from './testing/fixture.ts'

/** `found service shop/web {service}.{namespace}.svc: shop web` and so on: all that is there. */
function meaning(name: string, type: number = TYPE.A): string {
  const { answerer } = fixture([block({ zones: ['cluster.local', '10.in-addr.arpa', 'other'] })])
  const read = meaningOf(answerer, nameFromText(name), type)
  const { outcome, kind, service, endpoints, isPort, address, holders, readings } = read
  const words = [
    outcome,
    ...(outcome === 'found' ? [kind] : []),
    ...(service === undefined ? [] : [`${service.namespace}/${service.service}`]),
    ...(isPort ? ['port'] : []),
    ...endpoints.map((endpoint) => `${endpoint.name}@${formatAddress(endpoint.address)}`),
    ...(address === undefined ? [] : [formatAddress(address)]),
    ...holders.map((holder) => `${holder.service.service}/${holder.endpoint?.name ?? ''}`),
  ]
  const texts = readings.map(({ template, namespace, before }) =>
    `${template}: ${namespace} ${before.join('.')}`.trim(),
  )
  return [words.join(' '), ...texts].join(' | ')
}

const BY = '{service}.{namespace}.svc'

describe('what a name means', () => {
  test.each([
    ['web.shop.svc.cluster.local.', `found service shop/web | ${BY}: shop web`],
    ['_http._tcp.web.shop.svc.cluster.local.', `found service shop/web port | ${BY}: shop _http._tcp.web`],
    ['db-0.db.shop.svc.cluster.local.', `found endpoints shop/db db-0@10.0.1.0 db-0@fd00:1:: | ${BY}: shop db-0.db`],
    ['out.shop.svc.cluster.local.', `follow shop/out | ${BY}: shop out`],
    ['NOPE.shop.svc.cluster.local.', `nxdomain | ${BY}: shop nope`],
    ['shop.svc.cluster.local.', `found inner | ${BY}: shop`],
    ['svc.cluster.local.', `found inner | ${BY}: undefined`],
    ['foo.cluster.local.', 'nxdomain'],
    ['cluster.local.', 'found apex | {service}.{namespace}.svc: undefined'],
    ['ns.dns.cluster.local.', 'found nameserver'],
    ['10-0-0-1.shop.pod.cluster.local.', 'found pod 10.0.0.1'],
    ['1.0.96.10.in-addr.arpa.', 'found address 10.96.0.1 web/'],
    ['1.0.0.10.in-addr.arpa.', 'found address 10.0.0.1 web/10-0-0-1'],
    ['9.9.9.10.in-addr.arpa.', 'nxdomain'],
    ['example.org.', 'nobody'],
    ['www.other.', 'nobody'],
  ])('%s', (name, expected) => expect(meaning(name)).toBe(expected))

  test('is not known without images', () => {
    const { answerer } = fixture([block()], 'none')
    expect(meaningOf(answerer, nameFromText('web.shop.svc.cluster.local.'), TYPE.A).outcome).toBe('no-image')
  })
})
