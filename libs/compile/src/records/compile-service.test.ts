import type { SlimObject } from '@zonecast/kubernetes'
import { describe, expect, test } from 'vitest'
import type { Stanza } from '../stanza.ts'
import { app, compile, namespace, service, serviceLines, slice, stanza } from '../testing/fixture.ts'

interface Row {
  readonly name: string
  readonly objects: readonly SlimObject[]
  readonly stanzas?: readonly Stanza[]
  /** In the namespace `shop`, which exists; see `serviceLines`. */
  readonly records: readonly string[]
}

function check(rows: readonly Row[]): void {
  test.each(rows)('$name', ({ objects, stanzas, records }) => {
    const content = compile([namespace('shop'), ...objects], stanzas)
    expect(content.services.flatMap(serviceLines)).toEqual(records)
  })
}

const HTTP = { ports: ['http:80'] }
const WEB = service('shop/web', '10.96.0.7', HTTP)
const WEB_SLICE = slice('shop/web/web-a', ['10.0.0.1', '10.0.0.2'], { ports: ['http:8080'] })
const DB = service('shop/db', 'None')

describe('services', () => {
  check([
    { name: 'a ClusterIP', objects: [WEB], records: ['shop/web cluster 10.96.0.7 http:80/tcp'] },
    {
      name: 'dual-stack, in the order of the object',
      objects: [service('shop/web', 'fd00::7 10.96.0.7')],
      records: ['shop/web cluster fd00::7 10.96.0.7'],
    },
    { name: 'no address yet', objects: [service('shop/web', '')], records: ['shop/web cluster'] },
    {
      name: 'an address twice, no address, and IPv4 inside IPv6',
      objects: [service('shop/web', '10.96.0.7 10.96.0.7 10.96.0.300 ::ffff:10.96.0.8')],
      records: ['shop/web cluster 10.96.0.7 10.96.0.8'],
    },
    {
      name: 'ports keep their order; 53/UDP and 53/TCP are two; names are lower-case',
      objects: [service('shop/web', '10.96.0.7', { ports: ['dns:53/UDP', 'DNS-TCP:53', ':9/SCTP'] })],
      records: ['shop/web cluster 10.96.0.7 dns:53/udp dns-tcp:53/tcp :9/sctp'],
    },
    {
      name: 'port names are flattened, a number out of range is none',
      objects: [
        service('shop/web', '10.96.0.7', { ports: [`${'p'.repeat(63)}:80`, 'a_b:81', 'c.d:82', 'e:65536', '_:83'] }),
      ],
      records: [`shop/web cluster 10.96.0.7 ${'p'.repeat(53)}-ca6d4758:80/tcp a-b:81/tcp c-d:82/tcp e:0/tcp :83/tcp`],
    },
    {
      name: 'of ports that are mapped to one name it is that of the one that is called so, else of the first',
      objects: [
        service('shop/web', '10.96.0.7', {
          ports: ['a_b:1', 'a-b:2', 'A.B:3', 'a_b:4/UDP', 'c_d:5', 'c.d:6', 'c_d:7'],
        }),
      ],
      records: ['shop/web cluster 10.96.0.7 :1/tcp a-b:2/tcp :3/tcp a-b:4/udp c-d:5/tcp :6/tcp c-d:7/tcp'],
    },
    {
      name: 'endpoints of a ClusterIP service have names too',
      objects: [WEB, WEB_SLICE],
      records: [
        'shop/web cluster 10.96.0.7 http:80/tcp',
        ' 10-0-0-1 10.0.0.1 http:8080/tcp',
        ' 10-0-0-2 10.0.0.2 http:8080/tcp',
      ],
    },
    {
      name: 'headless: its endpoints, not its own ports',
      objects: [
        service('shop/db', 'None', { ports: ['sql:5432'] }),
        slice('shop/db/a', ['10.0.0.1'], { ports: ['sql:1'] }),
      ],
      records: ['shop/db headless', ' 10-0-0-1 10.0.0.1 sql:1/tcp'],
    },
    { name: 'headless without a ready endpoint: nothing', objects: [DB, slice('shop/db/a', [])], records: [] },
    { name: 'headless without slices: nothing', objects: [DB], records: [] },
    {
      name: 'service names that are no label are flattened',
      objects: ['a.b', 'Web', 'w'.repeat(64), '', '_-'].map((name) => service(`shop/${name}`, '10.96.0.7')),
      records: [
        'shop/a-b cluster 10.96.0.7',
        'shop/web cluster 10.96.0.7',
        `shop/${'w'.repeat(54)}-54b74fa3 cluster 10.96.0.7`,
      ],
    },
    {
      name: 'the slices of such a service bear its name as it is written',
      objects: [
        service('shop/My_Db', 'None'),
        slice('shop/My_Db/a', ['db-0@10.0.0.1']),
        slice('shop/my-db/b', ['10.0.0.2']),
      ],
      records: ['shop/my-db headless', ' db-0 10.0.0.1 :0/tcp'],
    },
  ])
})

describe('external names', () => {
  check([
    { name: 'a target', objects: [service('shop/out', '-> example.org')], records: ['shop/out external example.org.'] },
    {
      name: 'a root dot, upper case, an underscore',
      objects: [service('shop/out', '-> _Sip.Example.ORG.')],
      records: ['shop/out external _sip.example.org.'],
    },
    {
      name: 'no host name: nothing',
      objects: ['192.0.2.1', 'fd00::1', 'a..b', 'a b', `${'a'.repeat(64)}.b`, 'ä.example', '.', ''].map(
        (target, index) => service(`shop/out-${index}`, `-> ${target}`),
      ),
      records: [],
    },
    {
      name: '253 octets of text fit a name, 254 do not',
      objects: [service('shop/fits', `-> ${'a.'.repeat(126)}b`), service('shop/long', `-> ${'a.'.repeat(126)}bc`)],
      records: [`shop/fits external ${'a.'.repeat(126)}b.`],
    },
    {
      name: 'its slices still have PTR records: endpoints in the record',
      objects: [service('shop/out', '-> example.org'), slice('shop/out/a', ['10.0.0.1'])],
      records: ['shop/out external example.org.', ' 10-0-0-1 10.0.0.1 :0/tcp'],
    },
    {
      name: 'so have those of one that answers nothing',
      objects: [service('shop/out', '-> 192.0.2.1'), slice('shop/out/a', ['10.0.0.1'])],
      records: ['shop/out reverse', ' 10-0-0-1 10.0.0.1 :0/tcp'],
    },
  ])
})

describe('endpoint names', () => {
  const names = (endpoints: readonly string[], podNames: boolean, expected: readonly string[]): Row => ({
    name: `${endpoints.join(' ')}${podNames ? ' with endpoint_pod_names' : ''}`,
    objects: [DB, slice('shop/db/a', endpoints)],
    stanzas: [stanza({ endpointPodNames: podNames })],
    records: expected.length === 0 ? [] : ['shop/db headless', ...expected.map((line) => ` ${line} :0/tcp`)],
  })
  check([
    names(['web-0@10.0.0.1'], false, ['web-0 10.0.0.1']),
    names(['Web-0@10.0.0.1'], false, ['web-0 10.0.0.1']),
    names(['pod:web-7f@10.0.0.1'], false, ['10-0-0-1 10.0.0.1']),
    names(['pod:web-7f@10.0.0.1'], true, ['web-7f 10.0.0.1']),
    names(['web-0@10.0.0.1'], true, ['web-0 10.0.0.1']),
    names(['pod:web.7f@10.0.0.1'], true, ['10-0-0-1 10.0.0.1']),
    names([`pod:${'p'.repeat(63)}@10.0.0.1`], true, [`${'p'.repeat(63)} 10.0.0.1`]),
    names([`pod:${'p'.repeat(64)}@10.0.0.1`], true, ['10-0-0-1 10.0.0.1']),
    names(['fd00:2::'], false, ['fd00-2--0 fd00:2::']),
    names(['FD00::A'], false, ['fd00--a fd00::a']),
    names(['fd00:0:0::1'], false, ['fd00-0-0--1 fd00::1']),
    names(['::1'], false, ['--1 ::1']),
    names(['web-0@10.0.0.1,fd00::1'], false, ['web-0 10.0.0.1', 'web-0 fd00::1']),
    names(['10.0.0.1,10.0.0.2'], false, ['10-0-0-1 10.0.0.1', '10-0-0-2 10.0.0.2']),
    {
      name: 'topology zones in lower case; one that is no name is unknown',
      objects: [DB, slice('shop/db/a', ['10.0.0.1#Zone-A', '10.0.0.2#a..b'])],
      records: ['shop/db headless', ' 10-0-0-1 10.0.0.1 :0/tcp #zone-a', ' 10-0-0-2 10.0.0.2 :0/tcp'],
    },
    names(['a.b@10.0.0.1', `${'h'.repeat(64)}@10.0.0.2`, '_tcp@10.0.0.3', 'not-an-address'], false, []),
  ])
})

describe('slices', () => {
  check([
    {
      name: 'without ports: one port without a number, which counts in weights',
      objects: [DB, slice('shop/db/a', ['10.0.0.1'])],
      records: ['shop/db headless', ' 10-0-0-1 10.0.0.1 :0/tcp'],
    },
    {
      name: 'a named port without a number',
      objects: [DB, slice('shop/db/a', ['10.0.0.1'], { ports: ['all:'] })],
      records: ['shop/db headless', ' 10-0-0-1 10.0.0.1 all:0/tcp'],
    },
    {
      name: 'dual-stack: one hostname in two slices',
      objects: [
        DB,
        slice('shop/db/v6', ['db-0@fd00::1'], { ports: ['sql:1'] }),
        slice('shop/db/v4', ['db-0@10.0.0.1'], { ports: ['sql:1'] }),
      ],
      records: ['shop/db headless', ' db-0 10.0.0.1 sql:1/tcp', ' db-0 fd00::1 sql:1/tcp'],
    },
    {
      name: 'an endpoint twice in a slice has its ports twice',
      objects: [DB, slice('shop/db/a', ['10.0.0.1', '10.0.0.1', '10.0.0.2'], { ports: ['sql:1', 'http:2'] })],
      records: [
        'shop/db headless',
        ' 10-0-0-1 10.0.0.1 http:2/tcp http:2/tcp sql:1/tcp sql:1/tcp',
        ' 10-0-0-2 10.0.0.2 sql:1/tcp http:2/tcp',
      ],
    },
    {
      name: 'also when others of its name stand between',
      objects: [DB, slice('shop/db/a', ['h@10.0.0.2', 'h@10.0.0.1', 'h@10.0.0.2'])],
      records: ['shop/db headless', ' h 10.0.0.1 :0/tcp', ' h 10.0.0.2 :0/tcp :0/tcp'],
    },
    {
      name: 'and in two slices those of both; spellings of one address are one under one hostname',
      objects: [
        DB,
        slice('shop/db/a', ['db@fd00::1', '10.0.0.1'], { ports: ['sql:1'] }),
        slice('shop/db/b', ['db@FD00:0::1', '10.0.0.1'], { ports: ['http:2'] }),
      ],
      records: ['shop/db headless', ' 10-0-0-1 10.0.0.1 http:2/tcp sql:1/tcp', ' db fd00::1 http:2/tcp sql:1/tcp'],
    },
    {
      name: 'one address under two hostnames stays two',
      objects: [DB, slice('shop/db/a', ['b@10.0.0.1', 'a@10.0.0.1'])],
      records: ['shop/db headless', ' a 10.0.0.1 :0/tcp', ' b 10.0.0.1 :0/tcp'],
    },
    {
      name: 'of another namespace: not of this service',
      objects: [namespace('other'), WEB, slice('other/web/a', ['10.0.0.1'])],
      records: ['other/web reverse', ' 10-0-0-1 10.0.0.1 :0/tcp', 'shop/web cluster 10.96.0.7 http:80/tcp'],
    },
    {
      name: 'without a Service: PTR only',
      objects: [slice('shop/lone/a', ['a@10.0.0.1'])],
      records: ['shop/lone reverse', ' a 10.0.0.1 :0/tcp'],
    },
    {
      name: 'of no service',
      objects: [slice('shop//a', ['10.0.0.1']), slice('shop/a.b/b', ['10.0.0.1'])],
      records: [],
    },
    {
      name: 'legacy ones count where there are no others',
      objects: [DB, slice('shop/db/db', ['10.0.0.9'], { legacy: true })],
      records: ['shop/db headless', ' 10-0-0-9 10.0.0.9 :0/tcp'],
    },
    {
      name: 'and not where there are, even without an endpoint',
      objects: [DB, slice('shop/db/db', ['10.0.0.9'], { legacy: true }), slice('shop/db/a', [])],
      records: [],
    },
    {
      name: 'those of other clusters are no endpoints here',
      objects: [WEB, slice('shop/web/a', ['10.0.0.1'], { sourceCluster: 'east' })],
      records: ['shop/web cluster 10.96.0.7 http:80/tcp'],
    },
    {
      name: 'more topology zones than a record holds: the last ones are unknown',
      objects: [
        DB,
        slice(
          'shop/db/a',
          Array.from({ length: 256 }, (_, index) => `h${1000 + index}@10.0.0.1#z${index}`),
        ),
      ],
      records: [
        'shop/db headless',
        ...Array.from({ length: 255 }, (_, index) => ` h${1000 + index} 10.0.0.1 :0/tcp #z${index}`),
        ' h1255 10.0.0.1 :0/tcp',
      ],
    },
  ])
})

describe('options', () => {
  check([
    {
      name: 'ignore empty_service keeps the PTR of the ClusterIP alone',
      objects: [WEB, slice('shop/web/a', [])],
      stanzas: [stanza({ ignoreEmptyService: true })],
      records: ['shop/web reverse 10.96.0.7'],
    },
    {
      name: 'ignore empty_service: nothing is left of one without an address',
      objects: [service('shop/web', '')],
      stanzas: [stanza({ ignoreEmptyService: true })],
      records: [],
    },
    {
      name: 'ignore empty_service concerns neither services with endpoints nor external ones',
      objects: [WEB, WEB_SLICE, service('shop/out', '-> example.org')],
      stanzas: [stanza({ ignoreEmptyService: true })],
      records: [
        'shop/out external example.org.',
        'shop/web cluster 10.96.0.7 http:80/tcp',
        ' 10-0-0-1 10.0.0.1 http:8080/tcp',
        ' 10-0-0-2 10.0.0.2 http:8080/tcp',
      ],
    },
    {
      name: 'noendpoints: no endpoint names, no headless services, no PTR of slices',
      objects: [WEB, WEB_SLICE, DB, slice('shop/db/a', ['10.0.0.3']), slice('shop/lone/b', ['10.0.0.4'])],
      stanzas: [stanza({ endpoints: false })],
      records: ['shop/web cluster 10.96.0.7 http:80/tcp'],
    },
  ])
})

describe('stanzas', () => {
  const web = service('shop/web', '10.96.0.7', { labels: { app: 'web' } })
  const webSlice = slice('shop/web/a', ['pod:p@10.0.0.1'], { labels: { app: 'web' } })
  check([
    {
      name: 'that see a service alike share its record',
      objects: [web, webSlice],
      stanzas: [stanza(), stanza({ labels: app('web') }), stanza({ pods: 'verified' })],
      records: ['shop/web cluster@0,1,2 10.96.0.7', ' 10-0-0-1 10.0.0.1 :0/tcp'],
    },
    {
      name: 'that name endpoints differently do not',
      objects: [web, webSlice],
      stanzas: [stanza(), stanza({ endpointPodNames: true }), stanza({ endpoints: false }), stanza()],
      records: [
        'shop/web cluster@1 10.96.0.7',
        ' p 10.0.0.1 :0/tcp',
        'shop/web cluster@2 10.96.0.7',
        'shop/web cluster@0,3 10.96.0.7',
        ' 10-0-0-1 10.0.0.1 :0/tcp',
      ],
    },
    {
      name: 'of other options share it where these make no difference',
      objects: [web, slice('shop/web/a', ['h@10.0.0.1'])],
      stanzas: [stanza(), stanza({ endpointPodNames: true }), stanza({ ignoreEmptyService: true })],
      records: ['shop/web cluster@0,1,2 10.96.0.7', ' h 10.0.0.1 :0/tcp'],
    },
    {
      name: 'labels: neither service nor slice selected',
      objects: [web, webSlice],
      stanzas: [stanza({ labels: app('db') })],
      records: [],
    },
    {
      name: 'labels: the slice selected, the service not: PTR only',
      objects: [service('shop/web', '10.96.0.7'), webSlice],
      stanzas: [stanza(), stanza({ labels: app('web') })],
      records: [
        'shop/web cluster 10.96.0.7',
        ' 10-0-0-1 10.0.0.1 :0/tcp',
        'shop/web reverse@1',
        ' 10-0-0-1 10.0.0.1 :0/tcp',
      ],
    },
    {
      name: 'labels: the service selected, its slices in part',
      objects: [web, webSlice, slice('shop/web/b', ['10.0.0.2'])],
      stanzas: [stanza({ labels: app('web') }), stanza()],
      records: [
        'shop/web cluster 10.96.0.7',
        ' 10-0-0-1 10.0.0.1 :0/tcp',
        'shop/web cluster@1 10.96.0.7',
        ' 10-0-0-1 10.0.0.1 :0/tcp',
        ' 10-0-0-2 10.0.0.2 :0/tcp',
      ],
    },
    {
      name: 'the last of 32 stanzas has a bit like the others',
      objects: [web],
      stanzas: Array.from({ length: 32 }, (_, index) => stanza({ labels: app(index === 31 ? 'web' : 'db') })),
      records: ['shop/web cluster@31 10.96.0.7'],
    },
  ])
})

describe('external addresses', () => {
  const outer = {
    ...HTTP,
    ingress: ['lb.example', '192.0.2.2', '192.0.2.1'],
    externalIPs: ['192.0.2.1', '2001:db8::1'],
  }
  const both = stanza({ iporder: ['external', 'internal'] })
  const alone = stanza({ iporder: ['external'] })
  check([
    {
      name: 'are nothing to a stanza that does not publish them',
      objects: [service('shop/web', '10.96.0.7', outer)],
      records: ['shop/web cluster 10.96.0.7 http:80/tcp'],
    },
    {
      name: 'of load balancers stand before externalIPs, each once',
      objects: [service('shop/web', '10.96.0.7', outer)],
      stanzas: [both],
      records: ['shop/web cluster 10.96.0.7 | 192.0.2.2 192.0.2.1 2001:db8::1 http:80/tcp'],
    },
    {
      name: 'stanzas that differ in the order share a record, others have their own',
      objects: [service('shop/web', '10.96.0.7', outer)],
      stanzas: [both, alone, stanza({ iporder: ['internal', 'external'] }), stanza()],
      records: [
        'shop/web cluster@1 | 192.0.2.2 192.0.2.1 2001:db8::1 http:80/tcp',
        'shop/web cluster@0,2 10.96.0.7 | 192.0.2.2 192.0.2.1 2001:db8::1 http:80/tcp',
        'shop/web cluster@3 10.96.0.7 http:80/tcp',
      ],
    },
    {
      name: 'a headless service without its endpoints is like any other',
      objects: [service('shop/db', 'None', outer), slice('shop/db/a', ['10.0.0.1'], HTTP)],
      stanzas: [alone, both],
      records: [
        'shop/db cluster | 192.0.2.2 192.0.2.1 2001:db8::1 http:80/tcp',
        ' 10-0-0-1 10.0.0.1 http:80/tcp',
        'shop/db headless@1 | 192.0.2.2 192.0.2.1 2001:db8::1 http:80/tcp',
        ' 10-0-0-1 10.0.0.1 http:80/tcp',
      ],
    },
    {
      name: 'a headless service without any has no ports of its own',
      objects: [service('shop/db', 'None', HTTP), slice('shop/db/a', ['10.0.0.1'], HTTP)],
      stanzas: [both],
      records: ['shop/db headless', ' 10-0-0-1 10.0.0.1 http:80/tcp'],
    },
    {
      name: 'a name stands for a load balancer where nothing else is published',
      objects: [service('shop/web', '10.96.0.7', { ingress: ['lb.example', 'other.example'] })],
      stanzas: [alone, both],
      records: ['shop/web external lb.example.', 'shop/web cluster@1 10.96.0.7'],
    },
    {
      name: 'are none of an ExternalName service',
      objects: [service('shop/out', '-> example.org', outer)],
      stanzas: [both],
      records: ['shop/out external example.org.'],
    },
  ])
})
