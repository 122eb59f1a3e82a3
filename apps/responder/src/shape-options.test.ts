import { parseCorefile } from '@zonecast/corefile'
import { describe, expect, test } from 'vitest'
import { ConfigurationWatch } from './configuration-watch.ts'
import { differingOptions, optionsText, readOptions } from './shape-options.ts'
import { feedsOf } from './stanzas.ts'

type Stanzas = readonly (readonly [zones: string, options: string])[]

const stanzasOf = (stanzas: Stanzas) => {
  const blocks = stanzas.map(([zones, options], at) => {
    return `b${at}.test {\n kubernetes ${zones} {\n manifests a.yaml\n ${options}\n }\n}\n`
  })
  return feedsOf(parseCorefile(blocks.join('')).blocks).flatMap((feed) => feed.stanzas)
}
const differing = (own: Stanzas, published: Stanzas) => {
  const options = readOptions(optionsText('hash', stanzasOf(published)), 'hash')
  return differingOptions(stanzasOf(own), options ?? []).join('\n')
}

const SPECIFIED = '"names {service}.{namespace}.svc.{zone}"'

test.each([
  ['ttl 9', '"ttl 9", here "ttl 5"'],
  ['pods insecure', '"pods insecure", here "pods disabled"'],
  ['namespace_records txt', '"namespace_records txt limit 100", here none'],
  ['names {service}.{namespace}.{zone}', `"names {service}.{namespace}.{zone}", here ${SPECIFIED}`],
  ['labels app=web', '"labels app=web", here none'],
  ['namespace_labels app=web', '"namespace_labels app=web", here none'],
  ['namespaces shop a', '"namespaces shop a", here none'],
  ['noendpoints', '"noendpoints", here none'],
  ['endpoint_pod_names', '"endpoint_pod_names", here none'],
  ['ignore empty_service', '"ignore empty_service", here none'],
  ['iporder external internal', '"iporder external internal", here "iporder internal"'],
])('%s', (option, expected) => {
  expect(differing([['a.test', '']], [['a.test', option]])).toBe(`a.test.: ${expected}`)
  expect(differing([['a.test', option]], [['a.test', option]])).toBe('')
})

describe('wildcards', () => {
  test.each([
    ['off', 'zone', ''],
    ['namespace', 'zone search', ''],
    ['zone', 'zone search', ''],
    ['zone limit 3 allow 10.0.0.0/8', 'zone', ''],
    ['zone', 'off', 'a.test.: "wildcards off", here "wildcards zone"'],
    ['namespace', 'off', 'a.test.: "wildcards off", here "wildcards namespace"'],
    ['namespace search', 'zone', 'a.test.: "wildcards zone", here "wildcards namespace search"'],
  ])('%s where %s is published', (own, published, expected) => {
    expect(differing([['a.test', `wildcards ${own}`]], [['a.test', `wildcards ${published}`]])).toBe(expected)
  })
})

describe('which stanza is held against which', () => {
  test('that of the same zones', () => {
    const published: Stanzas = [
      ['a.test in-addr.arpa', 'ttl 1'],
      ['b.test', 'ttl 2'],
      ['b.test', 'ttl 3'],
    ]
    expect(differing([['b.test', 'ttl 2']], published)).toBe('')
    expect(
      differing(
        [
          ['b.test', 'ttl 4'],
          ['b.test', 'ttl 3'],
        ],
        published,
      ),
    ).toBe('b.test.: "ttl 2", here "ttl 4"')
  })

  test('the first that has a zone, where none has just these', () => {
    const published: Stanzas = [
      ['a.test in-addr.arpa', 'ttl 1'],
      ['b.test', 'ttl 2'],
    ]
    expect(differing([['b.test in-addr.arpa c.test', 'ttl 1']], published)).toBe('b.test.: "ttl 2", here "ttl 1"')
    expect(differing([['c.test a.test in-addr.arpa', 'ttl 2']], published)).toBe(
      'a.test. in-addr.arpa.: "ttl 1", here "ttl 2"',
    )
  })
})

test.each([
  '',
  '{',
  '[]',
  'null',
  '{"config":"hash"}',
  '{"config":"hash","stanzas":[{}]}',
  '{"config":"hash","stanzas":[{"zones":[1],"options":{}}]}',
])('what is no such text says nothing: %s', (text) => expect(readOptions(text, 'hash')).toBeUndefined())

test('nor does one of another configuration, or one without an end', () => {
  expect(readOptions(optionsText('old', []), 'hash')).toBeUndefined()
  expect(readOptions(optionsText('hash', []).padEnd(300_000), 'hash')).toBeUndefined()
})

describe('ConfigurationWatch', () => {
  const head = (config: string, options: string) => ({
    publisher: 'host-a',
    config,
    options: optionsText(config, stanzasOf([['a.test', options]])),
  })

  test('tells of each change once', () => {
    const watch = new ConfigurationWatch(stanzasOf([['a.test', '']]))
    expect(watch.sawHead(head('1', ''))).toBeUndefined()
    const text =
      'publisher host-a shapes records otherwise than this Corefile, and what it publishes counts: a.test.: "ttl 9", here "ttl 5"'
    expect(watch.sawHead(head('2', 'ttl 9'))).toEqual({ level: 'warning', text })
    expect([watch.sawHead(head('2', 'ttl 9')), watch.differs]).toEqual([undefined, true])
    expect(watch.sawHead(head('3', 'ttl 9\npods insecure'))?.text).toContain('; "ttl 9", here "ttl 5"')
    expect(watch.sawHead(head('1', ''))?.level).toBe('info')
    expect([watch.sawHead(head('1', '')), watch.differs]).toEqual([undefined, false])
  })

  test('shows nothing as it is that steers a terminal', () => {
    const watch = new ConfigurationWatch(stanzasOf([['a.test', '']]))
    const options = optionsText('2', stanzasOf([['a.test', '']])).replace('ttl 5', '\\u001b[31m')
    expect(watch.sawHead({ publisher: 'a', config: '2', options })?.text).toContain('"?[31m", here "ttl 5"')
  })

  test('tells of zones that nobody publishes', () => {
    const watch = new ConfigurationWatch(stanzasOf([['a.test b.test', '']]))
    const stanza = (...names: string[]) => [{ zones: names.map((name) => ({ name, serial: 1 })) }] as never
    expect(watch.sawStanzas(stanza('a.test'))).toEqual({
      level: 'warning',
      text: 'zones that nobody publishes, which answer SERVFAIL: b.test.',
    })
    expect(watch.sawStanzas(stanza('a.test'))).toBeUndefined()
    expect(watch.sawStanzas(stanza('b.test', 'a.test'))).toEqual({ level: 'info', text: 'all zones are published' })
  })
})
