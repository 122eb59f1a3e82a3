import { parseAddress } from '@zonecast/dns'
import type { Service, SlimObject } from '@zonecast/kubernetes'
import { describe, expect, test } from 'vitest'
import type { Stanza } from '../stanza.ts'
import { app, namespace, pod, service, slice, stanza } from '../testing/fixture.ts'
import { effects } from './effects.ts'
import { KnownObjects } from './known-objects.ts'
import { whyNoEndpoint, whyNoNamespace, whyNoPod, whyNoPort, whyNoPtr, whyNoService } from './why-not.ts'

const HTTP = { ports: ['http:80', ':9/UDP'] }
const OBJECTS: readonly SlimObject[] = [
  namespace('shop', { app: 'web' }),
  namespace('data'),
  service('shop/web', '10.96.0.1', { ...HTTP, labels: { app: 'web' }, ingress: ['192.0.2.1'] }),
  slice('shop/web/a', ['10.0.0.1', 'h-0@10.0.0.2', 'pod:web-7f@10.0.0.3'], { ...HTTP, labels: { app: 'web' } }),
  service('shop/api', '10.96.0.2', HTTP),
  service('data/db', 'None'),
  slice('data/db/a', [], { ports: ['sql:5432'] }),
  service('data/alone', 'None'),
  service('data/outer', 'None', { externalIPs: ['192.0.2.9'] }),
  service('data/split', 'None', { labels: { app: 'web' } }),
  slice('data/split/a', ['10.0.0.5']),
  service('data/ip', '-> 192.0.2.5'),
  service('data/bad', '-> a b'),
  service('data/out', '-> example.org'),
  service('lost/web', '10.96.0.3'),
  slice('data/ghost/a', ['10.0.0.9']),
  pod('shop/p', ['10.0.0.1'], { app: 'db' }),
]
const objects = new KnownObjects(OBJECTS, (object) => (object.name === 'api' ? 'a.yaml:7' : undefined))
const addressOf = (text: string) => parseAddress(text) as Uint8Array
const get = (namespaceName: string, name: string) => objects.service(namespaceName, name) as Service
const LABELLED = stanza({ labels: app('web') })

describe('a namespace', () => {
  test.each<[string, Partial<Stanza>, string | undefined]>([
    ['shop', {}, undefined],
    ['nope', {}, 'there is no Namespace nope'],
    ['data', { namespaces: ['shop'] }, 'Namespace data is not shown: "namespaces shop" does not name it'],
    [
      'data',
      { namespaceLabels: app('web') },
      'Namespace data is not shown: "namespace_labels app=web" does not select it: it has no such labels',
    ],
    ['shop', { namespaceLabels: app('web') }, undefined],
  ])('%s with %o', (name, given, expected) => expect(whyNoNamespace(objects, stanza(given), name)).toBe(expected))
})

describe('a service', () => {
  const headless = (name: string, reason: string) => `Service data/${name} is headless and has no address: ${reason}`
  test.each<[string, Partial<Stanza>, string | undefined]>([
    ['shop/web', {}, undefined],
    ['shop/nope', {}, 'there is no Service shop/nope'],
    ['data/web', {}, 'there is no Service data/web; a Service web is in shop, lost'],
    [
      'data/ghost',
      {},
      'there is no Service data/ghost; EndpointSlice data/a names it, but a slice alone has PTR records only',
    ],
    [
      'shop/api',
      { labels: app('web') },
      'Service shop/api (a.yaml:7) is not shown: "labels app=web" does not select it: it has no such labels',
    ],
    ['data/db', {}, headless('db', 'no endpoint is ready in EndpointSlice data/a')],
    ['data/alone', {}, headless('alone', 'no EndpointSlice names it')],
    ['data/alone', { endpoints: false }, headless('alone', '"noendpoints" leaves all endpoints out')],
    ['data/alone', { iporder: ['external'] }, undefined],
    ['data/outer', {}, headless('outer', 'no EndpointSlice names it')],
    ['data/outer', { iporder: ['internal', 'external'] }, undefined],
    [
      'data/split',
      { labels: app('web') },
      headless(
        'split',
        'EndpointSlice data/a is not shown: "labels app=web" does not select it: it has no such labels',
      ),
    ],
    [
      'shop/api',
      { ignoreEmptyService: true },
      'Service shop/api (a.yaml:7) is hidden by "ignore empty_service": no EndpointSlice names it',
    ],
    ['data/out', { ignoreEmptyService: true }, undefined],
    ['data/ip', {}, 'Service data/ip answers nothing: its externalName "192.0.2.5" is an address and no host name'],
    ['data/bad', {}, 'Service data/bad answers nothing: its externalName "a b" is no host name'],
  ])('%s with %o', (key, given, expected) => {
    const [of = '', name = ''] = key.split('/')
    expect(whyNoService(objects, stanza(given), of, name)).toBe(expected)
  })
})

describe('below a service', () => {
  const of = stanza()
  test.each([
    [
      whyNoEndpoint(objects, of, get('shop', 'web'), 'x'),
      'no endpoint of Service shop/web is called "x"; there are 10-0-0-1, 10-0-0-3, h-0',
    ],
    [
      whyNoEndpoint(objects, of, get('shop', 'api'), 'x'),
      'Service shop/api (a.yaml:7) has no endpoints: no EndpointSlice names it',
    ],
    [
      whyNoEndpoint(objects, of, get('data', 'out'), 'x'),
      'nothing lies below Service data/out, an ExternalName service',
    ],
    [
      whyNoPort(objects, get('shop', 'web'), 'x', 'tcp'),
      'Service shop/web has no port "x" for TCP; there are http (TCP 80), one without a name (UDP 9)',
    ],
    [
      whyNoPort(objects, get('shop', 'web'), undefined, 'udp'),
      'Service shop/web has no port with a name for UDP; there are http (TCP 80), one without a name (UDP 9)',
    ],
    [
      whyNoPort(objects, get('data', 'alone'), 'x', 'tcp'),
      'Service data/alone has no port "x" for TCP; it has no ports',
    ],
    [whyNoPort(objects, get('shop', 'web'), 'x', 'y'), '"y" is no protocol; there are tcp, udp, sctp'],
  ])('%s', (said, expected) => expect(said).toBe(expected))
})

test('a pod', () => {
  const at = (given: Stanza, text: string) => whyNoPod(objects, given, 'shop', addressOf(text))
  expect(at(stanza(), '10.0.0.7')).toBe('"pods verified": no pod of namespace shop runs at 10.0.0.7')
  expect(at(LABELLED, '10.0.0.1')).toBe('Pod shop/p is not shown: "labels app=web" does not select it: it has app=db')
})

describe('an address', () => {
  test.each<[string, Partial<Stanza>, readonly string[]]>([
    ['192.0.2.77', {}, ['no Service and no endpoint has the address 192.0.2.77']],
    ['192.0.2.1', {}, ['it is an external address of Service shop/web: "iporder internal" does not publish it']],
    [
      '10.96.0.1',
      { iporder: ['external'] },
      ['it is the ClusterIP of Service shop/web: "iporder external" does not publish it'],
    ],
    ['10.96.0.3', {}, ['it is the ClusterIP of Service lost/web: there is no Namespace lost']],
    [
      '10.0.0.9',
      { endpoints: false },
      ['10.0.0.9 is an endpoint of EndpointSlice data/a: "noendpoints" leaves all endpoints out'],
    ],
  ])('%s with %o', (text, given, expected) =>
    expect(whyNoPtr(objects, stanza(given), addressOf(text))).toEqual(expected),
  )
})

describe('what a stanza shows', () => {
  test.each<[string, Partial<Stanza>, readonly string[]]>([
    [
      'all',
      {},
      [
        'shows 2 of 2 namespaces and 4 of 10 services: 9 names',
        '1 service in namespaces that no Namespace object defines',
        '3 headless services without a ready endpoint',
        '2 ExternalName services without a host name to lead to',
      ],
    ],
    [
      'one namespace, empty services left out',
      { namespaces: ['shop'], ignoreEmptyService: true, pods: 'verified' },
      [
        'shows 1 of 2 namespaces and 1 of 10 services: 9 names',
        '"namespaces shop" hides 1 namespace with 7 services',
        '1 service in namespaces that no Namespace object defines',
        '"ignore empty_service" hides 1 service',
        '"pods verified" names 1 pod',
      ],
    ],
    [
      'labels, external addresses, no endpoints',
      { labels: app('web'), iporder: ['external'], endpoints: false },
      [
        'shows 2 of 2 namespaces and 2 of 10 services: 9 names',
        '1 service in namespaces that no Namespace object defines',
        '"labels app=web" hides 7 services',
        '"noendpoints" hides 1 headless service, and the endpoints of all others',
        '"iporder external" publishes external addresses of 1 service; 1 other without addresses',
      ],
    ],
    [
      'names of pods, records of namespaces',
      {
        namespaces: ['shop'],
        endpointPodNames: true,
        namespaceRecords: { txt: 1, dnssd: 9 },
        wildcards: 'zone',
        search: true,
      },
      [
        'shows 1 of 2 namespaces and 2 of 10 services: 9 names',
        '"namespaces shop" hides 1 namespace with 7 services',
        '1 service in namespaces that no Namespace object defines',
        '"endpoint_pod_names" calls 1 endpoint as their pods are called',
        '"namespace_records txt limit 1" lists 1 service of 1 namespace; 1 namespace with more than the limit',
        '"namespace_records dnssd limit 9" lists 1 type of 1 namespace',
        '"wildcards zone search": one question may be about all 2 services',
      ],
    ],
    [
      'wildcards in a namespace, types of headless ones',
      { wildcards: 'namespace', namespaceRecords: { txt: undefined, dnssd: 1 } },
      [
        'shows 2 of 2 namespaces and 4 of 10 services: 9 names',
        '1 service in namespaces that no Namespace object defines',
        '3 headless services without a ready endpoint',
        '2 ExternalName services without a host name to lead to',
        '"namespace_records dnssd limit 1" lists 1 type of 1 namespace',
        '"wildcards namespace": one question may be about all services of a namespace, 2 at most',
      ],
    ],
  ])('%s', (_, given, expected) => expect(effects(objects, stanza(given), 9)).toEqual(expected))
})
