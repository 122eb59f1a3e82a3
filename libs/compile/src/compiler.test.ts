import { beginImage, buildImage, type Difference, differenceOf, type ImageContent, loadImage } from '@zonecast/image'
import { describe, expect, test } from 'vitest'
import { Compiler, type CompileWarning, type StreamedContent } from './compiler.ts'
import { CompileError } from './errors.ts'
import {
  app,
  compile,
  gone,
  lines,
  namespace,
  pod,
  present,
  STAMP,
  serials,
  service,
  slice,
  stanza,
} from './testing/fixture.ts'

const SHOP = namespace('shop')
const WEB = service('shop/web', '10.96.0.7', { ports: ['http:80'] })
const WEB_SLICE = slice('shop/web/web-a', ['10.0.0.1'], { ports: ['http:8080'] })
const NOW = STAMP.nowMs / 1000

function after(...args: Parameters<typeof compile>): Compiler {
  const [objects, stanzas = [stanza()]] = args
  const compiler = new Compiler(stanzas)
  compiler.apply(objects.map(present))
  compiler.compileBase(STAMP)
  return compiler
}

/** A second for each content, so that serials show their order. */
function stamp(seconds: number) {
  return { ...STAMP, nowMs: STAMP.nowMs + seconds * 1000 }
}

describe('namespaces', () => {
  test('a missing one hides its services', () => {
    expect(lines(compile([WEB, WEB_SLICE]))).toEqual([])
  })
  test('one that exists is there without services', () => {
    expect(lines(compile([SHOP]))).toEqual(['namespace shop'])
  })
  test('stanzas expose them by name and by label', () => {
    const stanzas = [
      stanza({ namespaces: ['shop', 'none'] }),
      stanza({ namespaceLabels: app('b') }),
      stanza({ namespaces: ['none'] }),
      stanza(),
    ]
    const objects = [SHOP, namespace('b', { app: 'b' }), WEB, service('b/web', '10.96.0.8')]
    expect(lines(compile(objects, stanzas))).toEqual([
      'namespace b@1,3',
      'namespace shop@0,3',
      'b/web cluster@1,3 10.96.0.8',
      'shop/web cluster@0,3 10.96.0.7 http:80/tcp',
    ])
  })
  test('one of no label is passed over', () => {
    expect(lines(compile([namespace('a.b'), namespace('Shop'), service('a.b/web', '10.96.0.7')]))).toEqual([])
  })
  test('that come and go bring and take their services and pods', () => {
    const compiler = after([WEB, pod('shop/web-0', ['10.0.0.1'])], [stanza({ pods: 'verified' })])
    compiler.apply([present(SHOP)])
    expect(lines(compiler.compileDelta(STAMP))).toEqual([
      'namespace shop',
      'shop/web cluster 10.96.0.7 http:80/tcp',
      'pod shop 10.0.0.1',
    ])
    compiler.apply([gone(SHOP)])
    expect(lines(compiler.compileDelta(STAMP))).toEqual([
      'namespace shop@-',
      'shop/web reverse@-',
      'pod shop 10.0.0.1@-',
    ])
  })
  test('a label that no stanza looks at changes nothing', () => {
    const compiler = after([SHOP, WEB])
    compiler.apply([present(namespace('shop', { any: 'thing' }))])
    expect(compiler.compileDelta(STAMP)).toBeUndefined()
  })
})

describe('pods', () => {
  const stanzas = [stanza(), stanza({ pods: 'verified' }), stanza({ pods: 'verified', labels: app('db') })]

  test('for the stanzas that verify and select them', () => {
    const objects = [
      SHOP,
      pod('shop/web-0', ['10.0.0.1', 'fd00::1', '10.0.0.1', 'nonsense']),
      pod('shop/db-0', ['10.0.0.1'], { app: 'db' }),
      pod('shop/db-1', ['::ffff:10.0.0.2'], { app: 'db' }),
      pod('other/web-0', ['10.0.0.3']),
    ]
    expect(lines(compile(objects, stanzas))).toEqual([
      'namespace shop@0,1,2',
      'pod shop 10.0.0.1@1,2',
      'pod shop 10.0.0.2@1,2',
      'pod shop fd00::1@1',
    ])
  })
  test('none where no stanza verifies', () => {
    const objects = [SHOP, pod('shop/web-0', ['10.0.0.1'])]
    expect(lines(compile(objects, [stanza({ pods: 'insecure' })]))).toEqual(['namespace shop'])
  })
  test('an address stays while one of its pods does', () => {
    const compiler = after([SHOP, pod('shop/a', ['10.0.0.1']), pod('shop/b', ['10.0.0.1', '10.0.0.2'])], stanzas)
    compiler.apply([gone(pod('shop/a', []))])
    expect(compiler.compileDelta(STAMP)).toBeUndefined()
    compiler.apply([present(pod('shop/b', ['10.0.0.2', '10.0.0.3']))])
    expect(lines(compiler.compileDelta(STAMP))).toEqual(['pod shop 10.0.0.1@-', 'pod shop 10.0.0.3@1'])
    compiler.apply([gone(pod('shop/b', []))])
    expect(lines(compiler.compileDelta(STAMP))).toEqual(['pod shop 10.0.0.2@-', 'pod shop 10.0.0.3@-'])
  })
  test('a label that changes what selects a pod', () => {
    const compiler = after([SHOP, pod('shop/a', ['10.0.0.1'])], stanzas)
    compiler.apply([present(pod('shop/a', ['10.0.0.1'], { app: 'db' }))])
    expect(lines(compiler.compileDelta(STAMP))).toEqual(['pod shop 10.0.0.1@1,2'])
  })
})

describe('deltas', () => {
  test('hold what a change touches, and nothing else', () => {
    const compiler = after([SHOP, WEB, WEB_SLICE, service('shop/db', '10.96.0.8')])
    compiler.apply([present(slice('shop/web/web-a', ['10.0.0.1', '10.0.0.2'], { ports: ['http:8080'] }))])
    const delta = compiler.compileDelta(STAMP)
    expect(delta?.kind).toBe('delta')
    expect(delta?.rrsets).toEqual([])
    expect(lines(delta)).toEqual([
      'shop/web cluster 10.96.0.7 http:80/tcp',
      ' 10-0-0-1 10.0.0.1 http:8080/tcp',
      ' 10-0-0-2 10.0.0.2 http:8080/tcp',
    ])
    expect(compiler.compileDelta(STAMP)).toBeUndefined()
  })
  test('another ClusterIP', () => {
    const compiler = after([SHOP, WEB])
    compiler.apply([present(service('shop/web', '10.96.0.8', { ports: ['http:80'] }))])
    expect(lines(compiler.compileDelta(STAMP))).toEqual(['shop/web cluster 10.96.0.8 http:80/tcp'])
  })
  test('all records of a service when only one stanza sees another', () => {
    const web = (labels = {}) => service('shop/web', '10.96.0.7', { labels })
    const compiler = after([SHOP, web()], [stanza(), stanza({ labels: app('web') })])
    compiler.apply([present(web({ app: 'web' }))])
    expect(lines(compiler.compileDelta(STAMP))).toEqual(['shop/web cluster@0,1 10.96.0.7'])
    compiler.apply([present(web())])
    expect(lines(compiler.compileDelta(STAMP))).toEqual(['shop/web cluster 10.96.0.7'])
  })
  test('a tombstone for a service that is gone, and none for one that never was', () => {
    const compiler = after([SHOP, WEB])
    compiler.apply([gone(WEB), gone(service('shop/db', '')), present(service('shop/out', '-> 192.0.2.1'))])
    expect(lines(compiler.compileDelta(STAMP))).toEqual(['shop/web reverse@-'])
  })
  test('a slice that goes to another service touches both', () => {
    const compiler = after([SHOP, WEB, slice('shop/web/s', ['10.0.0.1'])])
    compiler.apply([present(slice('shop/db/s', ['10.0.0.1']))])
    expect(lines(compiler.compileDelta(STAMP))).toEqual([
      'shop/db reverse',
      ' 10-0-0-1 10.0.0.1 :0/tcp',
      'shop/web cluster 10.96.0.7 http:80/tcp',
    ])
    compiler.apply([gone(slice('shop//s', []))])
    expect(lines(compiler.compileDelta(STAMP))).toEqual(['shop/db reverse@-'])
  })
  test('endpoints that move between slices, or within one, are no change', () => {
    const compiler = after([
      SHOP,
      WEB,
      slice('shop/web/a', ['10.0.0.1', '10.0.0.2']),
      slice('shop/web/b', ['10.0.0.3']),
    ])
    compiler.apply([present(slice('shop/web/a', ['10.0.0.3'])), present(slice('shop/web/b', ['10.0.0.2', '10.0.0.1']))])
    expect(compiler.compileDelta(STAMP)).toBeUndefined()
  })
  test('there and back is no change', () => {
    const compiler = after([SHOP, WEB, WEB_SLICE])
    compiler.apply([gone(WEB), gone(SHOP), present(service('shop/web', 'None')), gone(WEB_SLICE)])
    compiler.apply([present(WEB_SLICE), present(WEB), present(SHOP)])
    expect(compiler.compileDelta(STAMP)).toBeUndefined()
  })
  test('objects that no answer hangs on yet are no change', () => {
    const compiler = after([SHOP, WEB])
    compiler.apply([
      present(slice('shop/web/east', ['10.1.0.1'], { sourceCluster: 'east' })),
      present({
        kind: 'ServiceImport',
        namespace: 'shop',
        name: 'web',
        type: 'ClusterSetIP',
        clusterIPs: ['10.97.0.1'],
        ports: [],
        labels: {},
      }),
      present(pod('shop/web-0', ['10.0.0.1'])),
    ])
    expect(compiler.compileDelta(STAMP)).toBeUndefined()
  })
  test('need a base', () => {
    const compiler = new Compiler([stanza()])
    expect(() => compiler.compileDelta(STAMP)).toThrow(expect.objectContaining({ code: 'no-base' }))
  })
})

describe('bases', () => {
  test('say what they are made of', () => {
    const content = compile([SHOP], [stanza({ ttlSec: 30, pods: 'insecure' }), stanza({ zones: ['second'] })])
    expect(content).toMatchObject({ kind: 'base', createdAtMs: STAMP.nowMs, meta: { feed: 'test' } })
    expect(content.stanzas.map(({ ttlSec, pods }) => [ttlSec, pods])).toEqual([
      [30, 'insecure'],
      [5, 'disabled'],
    ])
    expect(content.rrsets).toEqual([
      {
        owner: 'dns-version',
        stanzas: 3,
        type: 16,
        ttlSec: 28800,
        rdata: [Uint8Array.from([5, ...Buffer.from('1.1.0')])],
      },
    ])
  })
  test('hold no trace of what came and went before them', () => {
    const compiler = new Compiler([stanza({ pods: 'verified' })])
    const objects = [SHOP, WEB, WEB_SLICE, pod('shop/web-0', ['10.0.0.1'])]
    compiler.apply(objects.map(present))
    compiler.apply(objects.map(gone))
    expect(lines(compiler.compileBase(STAMP))).toEqual([])
  })
  test('do not depend on the order in which objects came', () => {
    const objects = [
      SHOP,
      namespace('b'),
      WEB,
      WEB_SLICE,
      slice('shop/web/a', ['10.0.0.1', '10.0.0.3']),
      service('b/a', ''),
    ]
    expect(compile(objects.toReversed())).toEqual(compile(objects))
  })
})

describe('serials', () => {
  const zones = ['cluster.local', '10.in-addr.arpa', '0.10.in-addr.arpa', 'd.f.ip6.arpa', '0-25.2.0.192.in-addr.arpa']
  const all = Object.fromEntries(zones.map((zone) => [zone, NOW]))

  test('begin at the time, or after what was published before', () => {
    expect(serials(compile([], [stanza({ zones })]))).toEqual(all)
    const known = new Map([
      ['cluster.local', NOW + 9],
      ['10.in-addr.arpa', NOW - 9],
      ['not.ours', 1],
    ])
    const compiler = new Compiler([stanza({ zones })])
    expect(serials(compiler.compileBase(STAMP, known))).toEqual({ ...all, 'cluster.local': NOW + 10 })
  })
  test('a base of nothing new keeps them', () => {
    const compiler = after([SHOP, WEB], [stanza({ zones })])
    expect(serials(compiler.compileBase(stamp(5)))).toEqual(all)
    compiler.apply([present(WEB)])
    expect(serials(compiler.compileBase(stamp(6)))).toEqual(all)
  })
  test('a base raises those of zones that changed, and those that others raised', () => {
    const compiler = after([SHOP, WEB], [stanza({ zones })])
    compiler.apply([present(slice('shop/web/a', ['fd00::1']))])
    const content = compiler.compileBase(stamp(5), new Map([['10.in-addr.arpa', NOW + 99]]))
    expect(serials(content)).toEqual({
      ...all,
      'cluster.local': NOW + 5,
      'd.f.ip6.arpa': NOW + 5,
      '10.in-addr.arpa': NOW + 100,
    })
  })
  test('a base after doubt raises all, once', () => {
    const compiler = after([SHOP, WEB], [stanza({ zones })])
    compiler.doubtSerials()
    compiler.apply([present(slice('shop/web/a', ['fd00::1']))])
    expect(serials(compiler.compileDelta(stamp(5)))).toMatchObject({
      'cluster.local': NOW + 5,
      '0.10.in-addr.arpa': NOW,
    })
    const raised = Object.fromEntries(zones.map((zone) => [zone, NOW + 6]))
    expect(serials(compiler.compileBase(stamp(6), new Map([['cluster.local', NOW + 5]])))).toEqual(raised)
    expect(serials(compiler.compileBase(stamp(7)))).toEqual(raised)
  })
  test('stay as published where the base says what was published before', () => {
    const published = new Map(zones.map((zone) => [zone, NOW - 5]))
    const now = [SHOP, WEB, slice('shop/web/a', ['fd00::1'])]
    const kept = (compiler: Compiler, difference: Difference | undefined) => {
      const stanzas = compiler.keepSerials(difference, published)
      return serials({ ...compile([]), stanzas })
    }
    const had = compile([SHOP, WEB, slice('shop/web/a', ['10.0.0.1'])], [stanza({ zones })])
    const compiler = after(now, [stanza({ zones })])
    const difference = differenceOf(had, compile(now, [stanza({ zones })]))
    expect(kept(compiler, difference)).toEqual({ ...all, '0-25.2.0.192.in-addr.arpa': NOW - 5 })
    expect(kept(compiler, undefined)).toEqual(Object.fromEntries(published))
    compiler.apply([gone(WEB)])
    expect(serials(compiler.compileDelta(stamp(5)))['0-25.2.0.192.in-addr.arpa']).toBe(NOW - 5)
  })
  test('grow in the zones that hold the names and addresses, before or after', () => {
    const compiler = after([SHOP, WEB, slice('shop/web/a', ['10.0.0.1'])], [stanza({ zones })])
    compiler.apply([present(slice('shop/web/a', ['fd00::1']))])
    expect(serials(compiler.compileDelta(stamp(5)))).toEqual({
      ...all,
      'cluster.local': NOW + 5,
      '10.in-addr.arpa': NOW + 5,
      '0.10.in-addr.arpa': NOW + 5,
      'd.f.ip6.arpa': NOW + 5,
    })
    compiler.apply([gone(slice('shop/web/a', []))])
    expect(serials(compiler.compileDelta(stamp(6)))).toMatchObject({
      '10.in-addr.arpa': NOW + 6,
      '0.10.in-addr.arpa': NOW + 5,
      'd.f.ip6.arpa': NOW + 6,
    })
  })
  test('grow where external addresses lie, for those who publish them', () => {
    const web = (externalIPs: readonly string[]) => service('shop/web', '10.0.0.7', { externalIPs })
    const [inner, outer] = [
      ['one', '10.in-addr.arpa'],
      ['two', '0.192.in-addr.arpa'],
    ]
    const compiler = after([SHOP, web([])], [stanza({ zones: inner }), stanza({ zones: outer, iporder: ['external'] })])
    compiler.apply([present(web(['192.0.2.1']))])
    expect(serials(compiler.compileDelta(stamp(5)))).toEqual({
      one: NOW,
      '10.in-addr.arpa': NOW,
      two: NOW + 5,
      '0.192.in-addr.arpa': NOW + 5,
    })
  })
  test('what gives PTR records alone leaves forward zones as they are', () => {
    const compiler = after([SHOP], [stanza({ zones })])
    compiler.apply([present(slice('shop/lone/a', ['10.9.0.1']))])
    expect(serials(compiler.compileDelta(stamp(5)))).toEqual({ ...all, '10.in-addr.arpa': NOW + 5 })
  })
  test('namespaces and pods show in forward zones', () => {
    const compiler = after([SHOP], [stanza({ zones, pods: 'verified' })])
    compiler.apply([present(namespace('b'))])
    expect(serials(compiler.compileDelta(stamp(5)))).toEqual({ ...all, 'cluster.local': NOW + 5 })
    compiler.apply([present(pod('shop/a', ['10.0.0.1']))])
    expect(serials(compiler.compileDelta(stamp(6)))).toEqual({ ...all, 'cluster.local': NOW + 6 })
  })
  test('a zone of a stanza that sees no change stays, one of that name in another stanza does not', () => {
    const web = (labels = {}) => service('shop/web', '10.96.0.7', { labels })
    const compiler = after(
      [SHOP, web()],
      [
        stanza({ zones: ['one', '10.in-addr.arpa'] }),
        stanza({ zones: ['two', 'both'], labels: app('web') }),
        stanza({ zones: ['three', 'both'] }),
      ],
    )
    compiler.apply([present(web({ app: 'web' }))])
    expect(serials(compiler.compileDelta(stamp(5)))).toEqual({
      one: NOW,
      '10.in-addr.arpa': NOW,
      two: NOW + 5,
      both: NOW + 5,
      three: NOW,
    })
  })
  test('grow by one when time stands still, and pass from 4294967295 to 0', () => {
    const compiler = after([SHOP])
    compiler.apply([present(WEB)])
    expect(serials(compiler.compileDelta(STAMP))['cluster.local']).toBe(NOW + 1)
    const old = new Compiler([stanza()])
    const late = { ...STAMP, nowMs: 4_294_967_290_000 }
    expect(serials(old.compileBase(late, new Map([['cluster.local', 4_294_967_295]])))['cluster.local']).toBe(0)
  })
})

describe('warnings', () => {
  const bad = service('shop/out', '-> 192.0.2.1')

  test('once for each external name that is none', () => {
    const warnings: CompileWarning[] = []
    const compiler = new Compiler([stanza()], { warn: (warning) => warnings.push(warning) })
    compiler.apply([SHOP, bad, bad, service('shop/ok', '-> example.org'), service('shop/none', '->')].map(present))
    compiler.compileBase(STAMP)
    compiler.apply([present(bad), present(service('shop/out', '-> a b'))])
    compiler.compileDelta(STAMP)
    expect(warnings).toEqual([
      { code: 'bad-external-name', namespace: 'shop', service: 'out', externalName: '192.0.2.1' },
      { code: 'bad-external-name', namespace: 'shop', service: 'out', externalName: 'a b' },
    ])
  })
  test('nobody need listen', () => {
    expect(lines(compile([SHOP, bad]))).toEqual(['namespace shop'])
  })
})

describe('stanzas', () => {
  test('are at most 32, each with a forward zone', () => {
    const code = (stanzas: readonly ReturnType<typeof stanza>[]) => {
      try {
        new Compiler(stanzas)
        return undefined
      } catch (error) {
        return error instanceof CompileError ? error.code : error
      }
    }
    expect(code(Array.from({ length: 32 }, () => stanza()))).toBeUndefined()
    expect(code(Array.from({ length: 33 }, () => stanza()))).toBe('too-many-stanzas')
    expect(code([stanza({ zones: ['in-addr.arpa'] })])).toBe('no-forward-zone')
    expect(code([stanza({ zones: [] })])).toBe('no-forward-zone')
    expect(code([stanza({ zones: [''] })])).toBeUndefined()
  })
})

const whole = (content: StreamedContent): ImageContent => ({ ...content, services: [...content.services] })

test('compiled again, it is the last content with all that came since, which is still to be published', () => {
  const compiler = after([SHOP, WEB])
  compiler.apply([present(service('shop/web', '10.96.0.8', { ports: ['http:80'] })), present(namespace('b'))])
  const again = whole(compiler.streamAgain(stamp(9)))
  expect(lines(again)).toEqual(['namespace b', 'namespace shop', 'shop/web cluster 10.96.0.8 http:80/tcp'])
  expect(serials(again)['cluster.local']).toBe(NOW)
  const delta = compiler.compileDelta(stamp(9))
  expect(delta && lines(delta)).toEqual(['namespace b', 'shop/web cluster 10.96.0.8 http:80/tcp'])
  expect(serials(whole(compiler.streamAgain(stamp(20))))['cluster.local']).toBe(NOW + 9)
})

test('services that are streamed lie in the order of an image: what is made of them is what is made of all at once', () => {
  const stanzas = [stanza(), stanza({ endpointPodNames: true }), stanza({ endpoints: false }), stanza()]
  const objects = [namespace('b'), namespace('a'), SHOP, WEB, service('a/z', 'None'), service('b/web', '10.96.0.9')]
  const compiler = after([...objects, slice('shop/web/web-a', ['p@10.0.0.1']), pod('a/p', ['10.0.0.9'])], stanzas)
  const sha256 = () => new Uint8Array(32)
  const streamed = compiler.streamAgain(STAMP)
  const image = beginImage(streamed, streamed.services)(sha256)
  expect(image).toEqual(buildImage(whole(compiler.streamAgain(STAMP)), sha256))
  expect(loadImage(image).stanzas).toHaveLength(4)
})
