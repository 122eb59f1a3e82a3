/** Who gets which name, and what is told of it. Lines are those of fixture.ts; every row is compiled in both orders. */
import { createHash } from 'node:crypto'
import { buildImage, listNames, loadImage, sayable } from '@zonecast/image'
import type { SlimObject } from '@zonecast/kubernetes'
import { describe, expect, test } from 'vitest'
import { Compiler, type CompileWarning } from '../compiler.ts'
import type { Stanza } from '../stanza.ts'
import {
  app,
  compile,
  gone,
  lines,
  namespace,
  present,
  STAMP,
  service,
  serviceLines,
  slice,
  stanza,
} from '../testing/fixture.ts'

const DEMO = namespace('demo')
const [A, B, C] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'] as const

function problemText(warning: CompileWarning): string {
  if (warning.code === 'bad-external-name') return warning.code
  const { code, namespace: of, service: name, name: text, by } = warning
  return `${code} ${of}/${name} ${text}${by === '' ? '' : ` < ${by}`}`
}

function compiler(objects: readonly SlimObject[], stanzas: readonly Stanza[] = [stanza()]) {
  const told: string[] = []
  const made = new Compiler(stanzas, { warn: (warning) => told.push(problemText(warning)) })
  made.apply(objects.map(present))
  return { compiler: made, content: made.compileBase(STAMP), told }
}

interface Row {
  readonly name: string
  readonly objects: readonly SlimObject[]
  readonly records: readonly string[]
  readonly told?: readonly string[]
  readonly stanzas?: readonly Stanza[]
}

const rows: readonly Row[] = [
  {
    name: 'beside its own',
    objects: [service('demo/web', A, { asks: 'c1.nginx, www', ports: ['http:80'] })],
    records: [
      'demo/c1.nginx cluster of web 10.0.0.1 http:80/tcp',
      'demo/nginx inner',
      'demo/web cluster 10.0.0.1 http:80/tcp',
      'demo/www cluster of web 10.0.0.1 http:80/tcp',
    ],
  },
  {
    name: 'instead of its own: the first takes its place',
    objects: [service('demo/web', A, { asks: 'c1.nginx, www!replace' })],
    records: ['demo/c1.nginx cluster 10.0.0.1', 'demo/nginx inner', 'demo/www cluster of c1.nginx 10.0.0.1'],
  },
  {
    name: 'with its endpoints',
    objects: [
      service('demo/db', 'None', { asks: 'sql!replace' }),
      slice('demo/db/a', ['db-0@10.1.0.1'], { ports: ['sql:5432'] }),
    ],
    records: ['demo/sql headless', ' db-0 10.1.0.1 sql:5432/tcp'],
  },
  {
    name: 'of an ExternalName',
    objects: [service('demo/out', '-> example.org', { asks: 'a.out' })],
    records: ['demo/a.out external of out example.org.', 'demo/out external example.org.'],
  },
  {
    name: 'a headless service without endpoints has no name, and none exists above it',
    objects: [service('demo/db', 'None', { asks: 'a.b' })],
    records: [],
  },
  {
    name: 'a name of its own goes before one that is asked for, however old',
    objects: [service('demo/a', A, { asks: 'www', createdSec: 1 }), service('demo/www', B, { createdSec: 2 })],
    records: ['demo/a cluster 10.0.0.1', 'demo/www cluster 10.0.0.2'],
    told: ['name-taken demo/a www < www'],
  },
  {
    name: 'then the oldest has it',
    objects: [
      service('demo/a', A, { asks: 'www', createdSec: 2 }),
      service('demo/b', B, { asks: 'www', createdSec: 1 }),
      service('demo/c', C, { asks: 'www', createdSec: 3 }),
    ],
    records: [
      'demo/a cluster 10.0.0.1',
      'demo/b cluster 10.0.0.2',
      'demo/c cluster 10.0.0.3',
      'demo/www cluster of b 10.0.0.2',
    ],
    told: ['name-taken demo/a www < b', 'name-taken demo/c www < b'],
  },
  {
    name: 'of the same age the name decides',
    objects: [service('demo/b', B, { asks: 'www' }), service('demo/a', A, { asks: 'www' })],
    records: ['demo/a cluster 10.0.0.1', 'demo/b cluster 10.0.0.2', 'demo/www cluster of a 10.0.0.1'],
    told: ['name-taken demo/b www < a'],
  },
  {
    name: 'one that loses its first name has the next in its place',
    objects: [service('demo/a', A, { asks: 'www, c1.x!replace' }), service('demo/www', B)],
    records: ['demo/c1.x cluster 10.0.0.1', 'demo/www cluster 10.0.0.2', 'demo/x inner'],
    told: ['name-taken demo/a www < www'],
  },
  {
    name: 'one that loses all its names has none, and no PTR record',
    objects: [service('demo/a', A, { asks: 'www!replace' }), service('demo/www', B)],
    records: ['demo/www cluster 10.0.0.2'],
    told: ['name-taken demo/a www < www'],
  },
  {
    name: 'names are of a namespace',
    objects: [namespace('other'), service('demo/a', A, { asks: 'www' }), service('other/a', B, { asks: 'www' })],
    records: [
      'demo/a cluster 10.0.0.1',
      'demo/www cluster of a 10.0.0.1',
      'other/a cluster 10.0.0.2',
      'other/www cluster of a 10.0.0.2',
    ],
  },
  {
    name: 'who is not seen does not stand in the way',
    stanzas: [stanza({ labels: app('a') }), stanza({ zones: ['two'] })],
    objects: [
      service('demo/a', A, { asks: 'www', labels: { app: 'a' } }),
      service('demo/b', B, { asks: 'www', createdSec: -1 }),
    ],
    records: [
      'demo/a cluster@0,1 10.0.0.1',
      'demo/b cluster@1 10.0.0.2',
      'demo/www cluster of a 10.0.0.1',
      'demo/www cluster@1 of b 10.0.0.2',
    ],
    told: ['name-taken demo/a www < b'],
  },
  {
    name: 'nor does who has no forward names; its PTR records stay',
    objects: [service('demo/db', 'None'), service('demo/a', A, { asks: 'db' })],
    records: ['demo/a cluster 10.0.0.1', 'demo/db cluster of a 10.0.0.1'],
  },
  {
    name: 'PTR records of what has names below it',
    objects: [slice('demo/nginx/a', ['10.1.0.1']), service('demo/a', A, { asks: 'c1.nginx' })],
    records: [
      'demo/a cluster 10.0.0.1',
      'demo/c1.nginx cluster of a 10.0.0.1',
      'demo/nginx inner',
      ' 10-1-0-1 10.1.0.1 :0/tcp',
    ],
  },
  {
    name: 'own names that are flattened to one: the oldest',
    objects: [service('demo/My_Web', A, { createdSec: 1 }), service('demo/my-web', B, { createdSec: 2, asks: 'c1.x' })],
    records: ['demo/c1.x cluster 10.0.0.2', 'demo/my-web cluster 10.0.0.1', 'demo/x inner'],
    told: ['name-taken demo/my-web my-web < My_Web'],
  },
  {
    name: 'a name of which nothing is left',
    objects: [service('demo/__', A), service('demo/a', B, { asks: '_' })],
    records: ['demo/a cluster 10.0.0.2'],
    told: ['bad-name demo/__ __', 'bad-name demo/a _'],
  },
  {
    name: 'commas with nothing between them, told once',
    objects: [service('demo/a', A, { asks: 'x,,y,' })],
    records: ['demo/a cluster 10.0.0.1', 'demo/x cluster of a 10.0.0.1', 'demo/y cluster of a 10.0.0.1'],
    told: ['bad-name demo/a '],
  },
  {
    name: 'wildcards',
    objects: [service('demo/a', A, { asks: '*.apps, *' })],
    records: [
      'demo/* cluster of a 10.0.0.1',
      'demo/*.apps cluster of a 10.0.0.1',
      'demo/a cluster 10.0.0.1',
      'demo/apps inner',
    ],
  },
  {
    name: 'a wildcard of one that has no other name',
    objects: [service('demo/a', A, { asks: 'www, *.apps!replace' }), service('demo/www', B)],
    records: ['demo/www cluster 10.0.0.2'],
    told: ['name-taken demo/a www < www'],
  },
  {
    name: 'an endpoint or port hides a name that is asked for',
    objects: [
      service('demo/nginx', A, { ports: ['http:80'] }),
      slice('demo/nginx/a', ['c1@10.1.0.1']),
      service('demo/a', B, { asks: 'c1.nginx, http.tcp.nginx, c2.nginx' }),
    ],
    records: [
      'demo/a cluster 10.0.0.2',
      'demo/c1.nginx cluster of a 10.0.0.2',
      'demo/c2.nginx cluster of a 10.0.0.2',
      'demo/http.tcp.nginx cluster of a 10.0.0.2',
      'demo/nginx cluster 10.0.0.1 http:80/tcp',
      ' c1 10.1.0.1 :0/tcp',
      'demo/tcp.nginx inner',
    ],
    told: ['name-hidden demo/a c1.nginx < an endpoint of nginx', 'name-hidden demo/a http.tcp.nginx < a port of nginx'],
  },
  {
    name: 'ports that are flattened to one name',
    objects: [service('demo/a', A, { ports: ['a_b:1', 'a-b:2', '_:3'] })],
    records: ['demo/a cluster 10.0.0.1 :1/tcp a-b:2/tcp :3/tcp'],
    told: ['bad-port-name demo/a _', 'port-name-taken demo/a a_b'],
  },
  {
    name: 'a namespace called as a static label, or a fixed name',
    stanzas: [stanza({ names: ['{service}.{namespace}', '{service}.{namespace}.svc'] })],
    objects: [namespace('svc'), namespace('pod')],
    records: [],
    told: ['namespace-hidden pod/ pod < pod.ZONE', 'namespace-hidden svc/ svc < {service}.{namespace}.svc'],
  },
  {
    name: 'a namespace called as a static label amidst others',
    stanzas: [stanza({ names: ['{service}.{namespace}.b', '{service}.{namespace}.a.b'] })],
    objects: [namespace('a'), namespace('b')],
    records: [],
    told: ['namespace-hidden a/ a < {service}.{namespace}.a.b'],
  },
  {
    name: 'services called as a fixed name, where nothing stands behind them',
    stanzas: [stanza({ names: ['{service}'], namespaces: ['demo'], pods: 'insecure' })],
    objects: [
      service('demo/dns', A),
      service('demo/ok', B, { asks: 'a.demo.pod, b.other.pod' }),
      service('demo/dns-version', C),
    ],
    records: [
      'demo/a.demo.pod cluster of ok 10.0.0.2',
      'demo/b.other.pod cluster of ok 10.0.0.2',
      'demo/demo.pod inner',
      'demo/dns cluster 10.0.0.1',
      'demo/dns-version cluster 10.0.0.3',
      'demo/ok cluster 10.0.0.2',
      'demo/other.pod inner',
      'demo/pod inner',
    ],
    told: [
      'name-hidden demo/dns dns < dns.ZONE',
      'name-hidden demo/dns-version dns-version < dns-version.ZONE',
      'name-hidden demo/ok a.demo.pod < pod.ZONE',
    ],
  },
  {
    name: 'services called as a static label of another template',
    stanzas: [stanza({ names: ['{service}.{namespace}', '{service}.in.{namespace}'] })],
    objects: [service('demo/in', A), service('demo/a', B, { asks: 'b.in' }), service('demo/c', C)],
    records: [
      'demo/a cluster 10.0.0.2',
      'demo/b.in cluster of a 10.0.0.2',
      'demo/c cluster 10.0.0.3',
      'demo/in cluster 10.0.0.1',
    ],
    told: [
      'service-hidden demo/a b.in < {service}.in.{namespace}',
      'service-hidden demo/in in < {service}.in.{namespace}',
    ],
  },
  {
    name: 'a service called as its namespace, which another template names',
    stanzas: [stanza({ names: ['{service}', '{service}.{namespace}'], namespaces: ['demo'] })],
    objects: [service('demo/demo', A), service('demo/web', B)],
    records: ['demo/demo cluster 10.0.0.1', 'demo/web cluster 10.0.0.2'],
    told: ['service-hidden demo/demo demo < {service}.{namespace}'],
  },
  {
    name: 'the TXT record of a namespace has the name of a service, an endpoint or a port',
    stanzas: [
      stanza({
        names: ['{service}.{namespace}.tcp.db.svc', '{service}.{namespace}'],
        namespaceRecords: { txt: 9, dnssd: 9 },
      }),
    ],
    objects: [
      namespace('svc'),
      service('svc/db', 'None'),
      slice('svc/db/1', [A], { ports: ['demo:1'] }),
      service('demo/a', B),
    ],
    records: ['demo/a cluster 10.0.0.2', 'svc/db headless', ' 10-0-0-1 10.0.0.1 demo:1/tcp'],
    told: [
      'namespace-hidden svc/ svc < {service}.{namespace}.tcp.db.svc',
      'record-hidden demo/ demo.tcp.db.svc < a port of svc/db',
    ],
  },
  {
    name: 'the TXT record of a namespace called as a fixed name',
    stanzas: [stanza({ names: ['{service}.{namespace}'], namespaceRecords: { txt: 9, dnssd: undefined } })],
    objects: [namespace('dns-version'), service('dns-version/a', A), namespace('pod'), service('pod/a', B)],
    records: ['dns-version/a cluster 10.0.0.1', 'pod/a cluster 10.0.0.2'],
    told: [
      'namespace-hidden dns-version/ dns-version < dns-version.ZONE',
      'namespace-hidden pod/ pod < pod.ZONE',
      'record-hidden dns-version/ dns-version < dns-version.ZONE',
    ],
  },
]

test.each(rows.map((row) => [row.name, row] as const))('%s', (_, { objects, records, told = [], stanzas }) => {
  for (const all of [[DEMO, ...objects], [DEMO, ...objects].toReversed()]) {
    const made = compiler(all, stanzas)
    expect(made.content.services.flatMap(serviceLines)).toEqual(records)
    expect(made.told.toSorted()).toEqual(told)
    // One by one, it comes to the same.
    const late = compiler([], stanzas)
    for (const object of all) {
      late.compiler.apply([present(object)])
      late.compiler.compileDelta(STAMP)
    }
    expect(late.compiler.nameProblems.list().map(problemText).toSorted()).toEqual(told)
    expect(late.compiler.compileBase(STAMP).services).toEqual(made.content.services)
  }
})

test('names that are too long where they would stand, if only just', () => {
  const nameOf = (characters: number, letter: string) =>
    Array.from({ length: characters }, (_, at) => (at % 50 === 49 && at < characters - 1 ? '.' : letter)).join('')
  const stanzas = [
    stanza({ zones: ['o.test', 'in-addr.arpa'] }),
    stanza({ zones: ['longer.test'], names: ['{service}.{namespace}'], labels: app('x') }),
    stanza({ zones: ['z'.repeat(63), ''], names: ['{service}.{namespace}'], labels: app('y') }),
  ]
  const { told, content } = compiler(
    [
      DEMO,
      service('demo/a', A, { asks: [236, 237, 238].map((each) => nameOf(each, 'a')).join(), labels: { app: 'x' } }),
      service('demo/b', B, { asks: `${nameOf(200, 'b')}!replace`, labels: { app: 'y' } }),
    ],
    stanzas,
  )
  expect(told.toSorted()).toEqual(
    [
      `${nameOf(237, 'a')} < demo.longer.test`,
      `${nameOf(238, 'a')} < demo.longer.test`,
      `${nameOf(238, 'a')} < demo.svc.o.test`,
      `${nameOf(200, 'b')} < demo.${'z'.repeat(63)}`,
    ]
      .map((text) => `name-too-long demo/${text[0]} ${text}`)
      .toSorted(),
  )
  const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest()
  const images = [loadImage(buildImage(content, sha256))]
  const listed = (index: number, zone: string) =>
    Array.from(listNames(images, index, zone), ({ labels }) => labels.split('.demo')[0]?.length).filter(
      (length) => length !== undefined && length > 199,
    )
  expect(listed(0, 'o.test')).toEqual([236, 237, 200])
  expect(listed(1, 'longer.test')).toEqual([236])
  expect([listed(2, 'z'.repeat(63)), listed(2, '')]).toEqual([[], [200]])
})

test('names that images of format 1 have no words for', () => {
  const told: string[] = []
  const objects = [
    service('demo/a', A, { asks: 'www, c1.nginx, *.apps' }),
    service('demo/b', B, { asks: 'c2.nginx!replace' }),
    service('demo/c', C, { asks: 'new!replace' }),
    service('demo/d', 'None', { asks: 'away' }),
    service('demo/e', '-> example.org', { asks: 'www' }),
  ]
  const made = new Compiler([stanza()], { format: 1, warn: (warning) => told.push(problemText(warning)) })
  made.apply([DEMO, ...objects].map(present))
  const { services } = made.compileBase(STAMP)
  expect(told.toSorted()).toEqual([
    'name-taken demo/e www < a',
    'not-in-format demo/a *.apps',
    'not-in-format demo/a c1.nginx',
    'not-in-format demo/a www',
    'not-in-format demo/b c2.nginx',
  ])
  const named = services.filter(({ kind }) => kind !== 'inner').map(({ service }) => service)
  const said = [...sayable(services)].map(({ service }) => service)
  const unsaid = told.flatMap((line) => /^not-in-format \S+ (.*)$/.exec(line)?.slice(1) ?? [])
  expect([...said, ...unsaid].toSorted()).toEqual(named.toSorted())
  made.apply([present(service('demo/a', A))])
  made.compileDelta(STAMP)
  // The other that asks for it has it now.
  const now = made.nameProblems.list().map(problemText)
  expect(now).toEqual(['not-in-format demo/b c2.nginx', 'not-in-format demo/e www'])
})

describe('as objects come and go', () => {
  test('the loser takes over in the step in which the winner goes', () => {
    const [winner, loser] = [
      service('demo/a', A, { asks: 'www', createdSec: 1 }),
      service('demo/b', B, { asks: 'www', createdSec: 2 }),
    ]
    const { compiler: made, told } = compiler([DEMO, winner, loser])
    expect(told).toEqual(['name-taken demo/b www < a'])
    made.apply([gone(winner)])
    expect(lines(made.compileDelta(STAMP))).toEqual(['demo/a reverse@-', 'demo/www cluster of b 10.0.0.2'])
    expect(made.nameProblems.list()).toEqual([])
    made.apply([present(winner)])
    expect(lines(made.compileDelta(STAMP))).toEqual(['demo/a cluster 10.0.0.1', 'demo/www cluster of a 10.0.0.1'])
    // It arose again, so it is told again.
    expect(told).toHaveLength(2)
    made.apply([present(winner), present(loser)])
    expect(made.compileDelta(STAMP)).toBeUndefined()
    expect(told).toHaveLength(2)
    expect([...made.nameProblems.countByCode()].filter(([, count]) => count > 0)).toEqual([['name-taken', 1]])
  })

  test('the TXT record of a namespace is hidden and shown again by what happens elsewhere', () => {
    const names = ['{service}.{namespace}.svc', '{service}.{namespace}']
    const txt = (most: number | undefined) => stanza({ names, namespaceRecords: { txt: most, dnssd: 9 } })
    const HIDDEN = 'record-hidden demo/ demo.svc < service svc/demo'
    const hider = service('svc/demo', A)
    const hidden = service('demo/a', B)
    const { compiler: made, told } = compiler([DEMO, namespace('svc'), hidden], [txt(9), txt(undefined), txt(2)])
    const among = () =>
      made.nameProblems
        .list()
        .map(problemText)
        .filter((text) => text.startsWith('record-hidden'))
    const steps: readonly (readonly [change: ReturnType<typeof present>, then: readonly string[]])[] = [
      [present(hider), [HIDDEN]],
      [gone(hidden), []],
      [present(hidden), [HIDDEN]],
      [gone(namespace('svc')), []],
      [present(namespace('svc')), [HIDDEN]],
      [gone(hider), []],
    ]
    for (const [change, then] of steps) {
      made.apply([change])
      made.compileDelta(STAMP)
      expect(among()).toEqual(then)
    }
    expect(told.filter((text) => text === HIDDEN)).toHaveLength(3)
  })

  test('a change of endpoints shows under every name', () => {
    const { compiler: made } = compiler([DEMO, service('demo/db', 'None', { asks: 'a.sql' }), slice('demo/db/a', [A])])
    made.apply([present(slice('demo/db/a', [B]))])
    expect(lines(made.compileDelta(STAMP))).toEqual([
      'demo/a.sql headless of db',
      ' 10-0-0-2 10.0.0.2 :0/tcp',
      'demo/db headless',
      ' 10-0-0-2 10.0.0.2 :0/tcp',
    ])
    made.apply([gone(slice('demo/db/a', []))])
    expect(lines(made.compileDelta(STAMP))).toEqual(['demo/a.sql reverse@-', 'demo/db reverse@-', 'demo/sql reverse@-'])
  })

  test('what is above names goes with the last of them', () => {
    const [one, two] = [service('demo/a', A, { asks: 'x.y.z' }), service('demo/b', B, { asks: 'w.z' })]
    const { compiler: made } = compiler([DEMO, one, two])
    made.apply([gone(one)])
    expect(lines(made.compileDelta(STAMP))).toEqual(['demo/a reverse@-', 'demo/x.y.z reverse@-', 'demo/y.z reverse@-'])
    made.apply([gone(two)])
    expect(lines(made.compileDelta(STAMP))).toEqual(['demo/b reverse@-', 'demo/w.z reverse@-', 'demo/z reverse@-'])
  })

  test('a label that makes a stanza see the winner', () => {
    const stanzas = [stanza({ labels: app('a') })]
    const loser = service('demo/a', A, { asks: 'www', labels: { app: 'a' } })
    const { compiler: made } = compiler([DEMO, loser, service('demo/www', B)], stanzas)
    expect(lines(compile([DEMO, loser], stanzas)).slice(1)).toEqual([
      'demo/a cluster 10.0.0.1',
      'demo/www cluster of a 10.0.0.1',
    ])
    made.apply([present(service('demo/www', B, { labels: { app: 'a' } }))])
    expect(lines(made.compileDelta(STAMP))).toEqual(['demo/www cluster 10.0.0.2'])
  })
})
