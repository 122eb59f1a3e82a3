import { describe, expect, test } from 'vitest'
import { CorefileError } from './errors.ts'
import { type ParseOptions, parseCorefile } from './parse.ts'
import { showLogFormat } from './values/log-format.ts'

const parse = (text: string, options?: ParseOptions) => parseCorefile(text, options)

/** `scheme://zone:port` of each key. */
function keys(text: string, options?: ParseOptions): string[][] {
  return parse(text, options).blocks.map(({ keys }) =>
    keys.map(({ scheme, zone, port }) => `${scheme}://${zone}:${port}`),
  )
}

/** The stanza of a block for cluster.local with these options. */
function stanza(options: string, zones = '') {
  const text = `cluster.local {\n kubernetes ${zones} {\n  manifests a.json\n  ${options}\n }\n}`
  const { kubernetes } = parse(text).blocks[0] ?? {}
  if (kubernetes === undefined) throw new Error('no stanza')
  return kubernetes
}

/** The first block, with these directives. */
function block(directives: string, key = '.') {
  const [first] = parse(`${key} {\n whoami\n ${directives}\n}`).blocks
  if (first === undefined) throw new Error('no block')
  return first
}

function warnings(text: string): string[] {
  return parse(text).warnings.map((warning) => warning.message)
}

describe('keys', () => {
  test.each([
    ['the default port', '. {\n whoami\n}', [['dns://.:53']]],
    ['several, by spaces', 'a b {\n whoami\n}', [['dns://a.:53', 'dns://b.:53']]],
    ['several, by commas, over lines', 'a, b ,\nc {\n whoami\n}', [['dns://a.:53', 'dns://b.:53', 'dns://c.:53']]],
    [
      'schemes and their ports',
      'dns://a tls://b https://c {\n tls a b\n whoami\n}',
      [['dns://a.:53', 'tls://b.:853', 'https://c.:443']],
    ],
    [
      'ports',
      'a:1053 tls://a:1853 10.0.0.0/8:1054 fd00::/16:0 {\n tls a b\n whoami\n}',
      [['dns://a.:1053', 'tls://a.:1853', 'dns://10.in-addr.arpa.:1054', 'dns://0.0.d.f.ip6.arpa.:0']],
    ],
    [
      'a prefix of several zones',
      '10.0.0.0/7 {\n whoami\n}',
      [['dns://10.in-addr.arpa.:53', 'dns://11.in-addr.arpa.:53']],
    ],
    ['letter case', 'Example.ORG. {\n whoami\n}', [['dns://example.org.:53']]],
    ['several blocks', 'a {\n whoami\n}\nb {\n whoami\n}', [['dns://a.:53'], ['dns://b.:53']]],
    ['the brace on the next line', 'a\n{\n whoami\n}', [['dns://a.:53']]],
    ['no braces', 'a b\nwhoami\nlog', [['dns://a.:53', 'dns://b.:53']]],
    ['no directives', 'a', [['dns://a.:53']]],
    ['a block that opens and closes', 'a { }', [['dns://a.:53']]],
    ['from variables', '{$ZONE}:{$PORT:54} {\n whoami\n}', [['dns://shop.example.:54']]],
  ])('%s', (_, text, expected) => {
    expect(keys(text, { environment: (name) => (name === 'ZONE' ? 'shop.example' : undefined) })).toEqual(expected)
  })

  test('-dns.port is the port of dns:// keys that name none', () => {
    const text = 'a b:53 tls://c {\n tls a b\n whoami\n}'
    expect(keys(text, { dnsPort: 1053 })).toEqual([['dns://a.:1053', 'dns://b.:53', 'tls://c.:853']])
  })

  test('one zone may be served at several addresses, ports and schemes', () => {
    const text = `a {\n bind 127.0.0.1\n whoami\n}\na {\n bind ::1 127.0.0.2\n whoami\n}\na:54 {\n whoami\n}\ntls://a {\n tls a b\n whoami\n}`
    expect(keys(text)).toHaveLength(4)
    const except = 'a {\n bind 127.0.0.1 ::1 {\n  except ::1\n }\n whoami\n}\na {\n bind ::1\n whoami\n}'
    expect(keys(except)).toHaveLength(2)
  })
})

describe('kubernetes', () => {
  test('defaults', () => {
    expect(stanza('')).toEqual({
      beyondFormat1: [],
      position: { file: 'Corefile', line: 2, column: 2 },
      source: { kind: 'manifests', paths: ['a.json'] },
      zones: ['cluster.local.'],
      forwardZones: ['cluster.local.'],
      reverseZones: [],
      namespaces: [],
      namespaceLabels: undefined,
      labels: undefined,
      pods: 'disabled',
      endpointPodNames: false,
      ttlSec: 5,
      endpoints: true,
      fallthrough: undefined,
      ignoreEmptyService: false,
      namespaceRecords: { txt: undefined, dnssd: undefined },
      names: ['{service}.{namespace}.svc'],
      iporder: ['internal'],
      wildcards: 'off',
      search: false,
      wildcardLimit: 100,
      wildcardClients: [],
      startupTimeoutMs: 5000,
    })
  })

  test.each([
    ['namespaces shop billing\nnamespaces shop web', { namespaces: ['shop', 'billing', 'web'] }],
    ['namespace_labels dns=yes', { namespaceLabels: 'dns=yes' }],
    ['labels environment in (staging, qa),app=nginx', { labels: 'environment in (staging, qa),app=nginx' }],
    ['label "environment" : "staging", "tenant" : "customerB"', { labels: 'environment=staging,tenant=customerB' }],
    ['label "environment":"staging","tenant":"customerB"', { labels: 'environment=staging,tenant=customerB' }],
    ['label app.kubernetes.io/name: web ,empty :""', { labels: 'app.kubernetes.io/name=web,empty=' }],
    ['names {service}.{namespace}.{zone}', { names: ['{service}.{namespace}'] }],
    ['names {service}.Apps.{namespace}.Corp.{zone}', { names: ['{service}.apps.{namespace}.corp'] }],
    [
      'names "{service}.{namespace}.{zone}" {service}.{namespace}.svc.{zone}',
      { names: ['{service}.{namespace}', '{service}.{namespace}.svc'] },
    ],
    [
      'names {service}.{namespace}.{zone}\nnames {service}.{namespace}.svc.{zone}',
      { names: ['{service}.{namespace}', '{service}.{namespace}.svc'] },
    ],
    ['namespaces demo\nnames {service}.{zone}', { names: ['{service}'] }],
    ['names {service}.{namespace}.{$TOP:svc}.{zone}', { names: ['{service}.{namespace}.svc'] }],
    ['namespace_records txt', { namespaceRecords: { txt: 100, dnssd: undefined } }],
    ['namespace_records dnssd limit 7\nnamespace_records txt limit 250', { namespaceRecords: { txt: 250, dnssd: 7 } }],
    ['iporder internal', { iporder: ['internal'] }],
    ['iporder external', { iporder: ['external'] }],
    ['iporder external internal', { iporder: ['external', 'internal'] }],
    ['iporder internal,external', { iporder: ['internal', 'external'] }],
    ['iporder = external, internal', { iporder: ['external', 'internal'] }],
    ['iporder =external , "internal"', { iporder: ['external', 'internal'] }],
    ['pods verified', { pods: 'verified' }],
    ['endpoint_pod_names', { endpointPodNames: true }],
    ['ttl 0', { ttlSec: 0 }],
    ['ttl 3600', { ttlSec: 3600 }],
    ['noendpoints', { endpoints: false }],
    ['fallthrough', { fallthrough: ['.'] }],
    ['fallthrough in-addr.arpa IP6.arpa', { fallthrough: ['in-addr.arpa.', 'ip6.arpa.'] }],
    ['ignore empty_service', { ignoreEmptyService: true }],
    ['startup_timeout 1m', { startupTimeoutMs: 60_000 }],
    ['wildcards namespace', { wildcards: 'namespace', search: false, wildcardLimit: 100, wildcardClients: [] }],
    ['wildcards zone search limit 50', { wildcards: 'zone', search: true, wildcardLimit: 50 }],
    [
      'wildcards zone limit 1 allow 10.1.0.0/8 127.0.0.1 FD00::/8 10.1.0.0/8',
      { wildcards: 'zone', wildcardLimit: 1, wildcardClients: ['10.1.0.0/8', '127.0.0.1/32', 'fd00::/8'] },
    ],
    ['manifests ./b/*.yaml /c a.json', { source: { paths: ['a.json', 'b/*.yaml', '/c'] } }],
  ])('%s', (options, expected) => {
    expect(stanza(options)).toMatchObject(expected)
  })

  const limits = { qps: undefined, burst: undefined, maxInflight: undefined }
  const cluster = (options: string) => parse(`a {\n kubernetes {\n ${options}\n }\n}`).blocks[0]?.kubernetes?.source

  test.each([
    ['', { kind: 'in-cluster', limits }],
    ['endpoint http://[::1]:8080', { kind: 'endpoint', url: 'http://[::1]:8080', tls: undefined, limits }],
    [
      'endpoint https://a\ntls cert.pem key.pem ca.pem',
      { kind: 'endpoint', url: 'https://a', tls: { cert: 'cert.pem', key: 'key.pem', ca: 'ca.pem' }, limits },
    ],
    ['kubeconfig /k', { kind: 'kubeconfig', file: '/k', context: undefined, limits }],
    ['kubeconfig k prod', { kind: 'kubeconfig', file: 'k', context: 'prod', limits }],
    [
      'apiserver_qps 2.5\napiserver_burst 10\napiserver_max_inflight 3',
      { kind: 'in-cluster', limits: { qps: 2.5, burst: 10, maxInflight: 3 } },
    ],
    ['apiserver_qps 0\napiserver_burst 0\napiserver_max_inflight 0', { kind: 'in-cluster', limits }],
  ])('objects from an API server: %s', (options, expected) => {
    expect(cluster(options)).toEqual(expected)
  })

  test('zones of its own, in their order', () => {
    expect(stanza('', '10.0.0.0/15 Cluster.local example in-addr.arpa cluster.local')).toMatchObject({
      zones: ['0.10.in-addr.arpa.', '1.10.in-addr.arpa.', 'cluster.local.', 'example.', 'in-addr.arpa.'],
      forwardZones: ['cluster.local.', 'example.'],
      reverseZones: ['0.10.in-addr.arpa.', '1.10.in-addr.arpa.', 'in-addr.arpa.'],
    })
  })

  test('zones of the server block, each once', () => {
    const text = 'a tls://a 10.0.0.0/8 {\n tls c k\n kubernetes {\n  manifests a\n }\n}'
    expect(parse(text).blocks[0]?.kubernetes?.zones).toEqual(['a.', '10.in-addr.arpa.'])
  })

  test('manifests start from the folder of the file that names them', () => {
    const source = { read: () => 'kubernetes {\n manifests ../x/*.json y\n}', glob: () => [] }
    const { blocks, files } = parse('. {\n import conf/stanza\n}', { file: '/etc/Corefile', source })
    expect(blocks[0]?.kubernetes?.source).toEqual({ kind: 'manifests', paths: ['/etc/x/*.json', '/etc/conf/y'] })
    expect(files).toEqual(['/etc/Corefile', '/etc/conf/stanza'])
  })

  test('label selectors are judged by the function that is handed in', () => {
    const asked: string[] = []
    const selectorProblem = (text: string) => {
      asked.push(text)
      return undefined
    }
    parse('a {\n kubernetes {\n  manifests a\n  labels "x in (a,  b)" , y\n  namespace_labels z\n }\n}', {
      selectorProblem,
    })
    expect(asked).toEqual(['x in (a,  b) , y', 'z'])
  })
})

describe('directives', () => {
  test.each([
    [
      'bind 127.0.0.1 eth0',
      {
        bind: [
          {
            targets: [
              { kind: 'address', address: '127.0.0.1' },
              { kind: 'interface', name: 'eth0' },
            ],
            except: [],
          },
        ],
      },
    ],
    [
      'bind 0::1\n bind lo {\n  except 127.0.0.1\n }',
      { bind: [{ targets: [{ address: '::1' }] }, { except: [{ address: '127.0.0.1' }] }] },
    ],
    ['multisocket', { multisocket: { sockets: undefined } }],
    ['multisocket 4', { multisocket: { sockets: 4 } }],
    ['errors', { errors: { stacktrace: false, consolidate: [] } }],
    ['errors stdout {\n stacktrace\n }', { errors: { stacktrace: true } }],
    [
      'errors {\n consolidate 5m "(?i) timed out$" warning show_first\n consolidate 30s ^x show_first\n consolidate 1s y info\n}',
      {
        errors: {
          consolidate: [
            { periodMs: 300_000, pattern: / timed out$/i, level: 'warning', showFirst: true },
            { periodMs: 30_000, pattern: /^x/, level: 'error', showFirst: true },
            { periodMs: 1000, pattern: /y/, level: 'info', showFirst: false },
          ],
        },
      },
    ],
    ['log', { log: [{ zones: ['.'], classes: ['all'] }] }],
    ['log Example.org 10.0.0.0/8', { log: [{ zones: ['example.org.', '10.in-addr.arpa.'] }] }],
    ['log . {\n class denial\n class success error\n}', { log: [{ classes: ['denial', 'success', 'error'] }] }],
    ['ready', { ready: { address: { host: '', port: 8181 }, monitor: 'until-ready' } }],
    [
      'ready localhost:8091 {\n monitor continuously\n }',
      { ready: { address: { host: 'localhost', port: 8091 }, monitor: 'continuously' } },
    ],
    ['health', { health: { address: { host: '', port: 8080 }, lameduckMs: 0 } }],
    ['health [::1]:80 { lameduck 1s\n }', { health: { address: { host: '::1', port: 80 }, lameduckMs: 1000 } }],
    ['prometheus', { prometheus: { address: { host: '', port: 9153 } } }],
    ['prometheus localhost:9253', { prometheus: { address: { host: 'localhost', port: 9253 } } }],
    ['loadbalance', { loadbalance: { policy: 'round_robin' } }],
    ['loadbalance off', { loadbalance: { policy: 'off' } }],
  ])('%s', (directives, expected) => {
    expect(block(directives)).toMatchObject(expected)
  })

  test('log formats are in parts', () => {
    const { log } = block('log\n log example.org "{remote} {/log/type}"\n log . "> {common}"')
    expect(log.map(({ format }) => showLogFormat(format).slice(0, 24))).toEqual([
      '{remote}:{port} - {>id} ',
      '{remote} {/log/type}',
      '> {remote}:{port} - {>id',
    ])
  })

  test('tls', () => {
    const directives = 'tls a.pem a.key ca.pem {\n client_auth require_and_verify\n }'
    expect(block(directives, 'tls://.').tls).toMatchObject({
      cert: 'a.pem',
      key: 'a.key',
      ca: 'ca.pem',
      clientAuth: 'require_and_verify',
    })
    expect(block('tls a.pem a.key', 'https://.').tls).toMatchObject({ ca: undefined, clientAuth: 'nocert' })
    expect(block('', 'https://.').tls).toBeUndefined()
  })

  test('every directive knows where it stands', () => {
    expect(block('log\n  errors\n ready').log[0]?.position).toEqual({ file: 'Corefile', line: 3, column: 2 })
    expect(block('log\n  errors\n ready').errors?.position).toEqual({ file: 'Corefile', line: 4, column: 3 })
    expect(block('').whoami?.position).toEqual({ file: 'Corefile', line: 2, column: 2 })
  })
})

describe('warnings', () => {
  test.each([
    [
      'a block that answers nothing',
      'a {\n log\n}',
      ['Corefile:1:1: this server block answers nothing: it has neither kubernetes nor whoami'],
    ],
    [
      'tls without an encrypted key',
      'a {\n whoami\n tls a b\n}',
      ['Corefile:3:2: tls does nothing here: no key of the server block is tls:// or https://'],
    ],
    [
      'zones that no question reaches',
      'cluster.local {\n kubernetes cluster.local in-addr.arpa {\n  manifests a\n }\n}',
      ['Corefile:2:2: no question for in-addr.arpa. arrives here: the keys of the server block do not cover it'],
    ],
    ['zones above and below the keys are reached', 'b.a c {\n kubernetes a d.c {\n  manifests a\n }\n}', []],
    [
      'names of endpoints that are off',
      'a {\n kubernetes {\n  manifests a\n  noendpoints\n  endpoint_pod_names\n }\n}',
      ['Corefile:5:3: endpoint_pod_names does nothing: noendpoints leaves no names'],
    ],
    [
      'certificates of no endpoint',
      'a {\n kubernetes {\n  tls a b c\n }\n}',
      ['Corefile:3:3: tls does nothing here: it is for the connection to endpoint'],
    ],
    [
      'a feed of nothing',
      'a {\n whoami\n feed redis://redis\n}',
      ['Corefile:3:2: feed does nothing here: the server block has no kubernetes'],
    ],
    [
      'a block that binds beside one that does not',
      'a {\n whoami\n}\nb {\n bind ::1\n whoami\n}',
      [
        'Corefile:4:1: port 53: Corefile:1:1 listens on all addresses; questions to a bound address see only the blocks that bind it',
      ],
    ],
    [
      'a block that does not bind beside one that does',
      'a {\n bind ::1\n whoami\n}\nb {\n whoami\n}',
      ['Corefile:5:1: port 53: Corefile:1:1 binds ::1; questions to a bound address see only the blocks that bind it'],
    ],
    [
      'a placeholder that is none',
      'a {\n whoami\n log . "{nmae}"\n}',
      ['Corefile:3:8: {nmae} is no placeholder of log: did you mean "name"?'],
    ],
    [
      'none for what two blocks may share',
      'a {\n ready\n prometheus\n whoami\n}\nb {\n ready\n prometheus\n whoami\n}',
      [],
    ],
    ['none for two ports that are free', 'a:0 {\n whoami\n health :0\n}\nb:0 {\n health :0\n whoami\n}', []],
  ])('%s', (_, text, expected) => {
    expect(warnings(text)).toEqual(expected)
  })
})

describe('faults', () => {
  test("all are reported, in the order of the file, a snippet's once", () => {
    const text = `(s) {
    health 8080
}
cluster.local {
    kubernetes {
        pdos insecure
        ttl 3601
    }
    import s
}
example.org {
    import s
    whoami }
`
    try {
      parse(text)
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error
      expect(error.faults.map(({ code, position }) => `${position.line}:${position.column} ${code}`)).toEqual([
        '2:12 bad-value',
        '6:9 unknown-directive',
        '7:13 bad-value',
        '13:12 unexpected-brace',
      ])
      expect(error).toMatchObject({ code: 'bad-value', found: '8080', position: { line: 2 } })
      expect(error.message.split('\n')).toHaveLength(4)
    }
  })

  test('a message holds nothing that steers a terminal', () => {
    expect(() => parse('. {\n "\u001b[2J\n\u202e"\n}')).toThrow('unknown directive "\\u{1b}[2J\\u{a}\\u{202e}"')
  })

  test('reading ends after a hundred', () => {
    const text = `. {\n${Array.from({ length: 1000 }, (_, index) => `frob${index}\n`).join('')}}`
    expect.assertions(1)
    try {
      parse(text)
    } catch (error) {
      expect((error as CorefileError).faults).toHaveLength(100)
    }
  })
})

test('the configuration is frozen all the way down', () => {
  const configuration = parse('. {\n log\n whoami\n}')
  expect(Object.isFrozen(configuration)).toBe(true)
  expect(Object.isFrozen(configuration.blocks[0]?.keys[0]?.position)).toBe(true)
  expect(Object.isFrozen(configuration.blocks[0]?.log[0]?.format)).toBe(true)
})
