import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CorefileError } from './errors.ts'
import { feedId } from './feeds.ts'
import { parseCorefile } from './parse.ts'

const parse = (text: string) =>
  parseCorefile(text, { file: '/etc/zonecast/Corefile' }).blocks.map(({ feed }) => {
    if (feed === undefined) throw new Error('no feed')
    return feed
  })
const block = (addresses: string, options = '') => `. {\n kubernetes\n feed ${addresses} {\n ${options}\n }\n}\n`
const feed = (addresses: string, options = '') => parse(block(addresses, options))[0]

test('defaults', () => {
  expect(feed('redis://redis')).toEqual({
    position: { file: '/etc/zonecast/Corefile', line: 3, column: 2 },
    redis: {
      topology: { kind: 'server' },
      addresses: [{ host: 'redis', port: 6379 }],
      tls: undefined,
      user: undefined,
      password: undefined,
    },
    name: 'default',
    cache: undefined,
    batchMs: 100,
    maxStaleness: undefined,
    history: 2,
    eviction: 'refuse',
    format: 2,
    admin: { host: '127.0.0.1', port: 9154 },
  })
})

test.each([
  ['name prod-eu', { name: 'prod-eu' }],
  ['cache state/eu.image', { cache: '/etc/zonecast/state/eu.image' }],
  ['batch 0', { batchMs: 0 }],
  ['max_staleness 5s serve', { maxStaleness: { ageMs: 5000, action: 'serve' } }],
  ['max_staleness 168h servfail', { maxStaleness: { ageMs: 604_800_000, action: 'servfail' } }],
  ['history 24', { history: 24 }],
  ['eviction warn', { eviction: 'warn' }],
  ['format 1', { format: 1 }],
  ['admin [::1]:9', { admin: { host: '::1', port: 9 } }],
  ['admin :9', { admin: { host: '', port: 9 } }],
  ['admin off', { admin: undefined }],
  [
    'user env REDIS_USER\npassword file ../redis',
    { redis: { user: { kind: 'env', name: 'REDIS_USER' }, password: { kind: 'file', path: '/etc/redis' } } },
  ],
  ['cluster', { redis: { topology: { kind: 'cluster' } } }],
  [
    'sentinel main\nsentinel_password env S',
    {
      redis: {
        topology: { kind: 'sentinel', master: 'main', user: undefined, password: { kind: 'env', name: 'S' } },
        addresses: [{ host: 'redis', port: 26_379 }],
      },
    },
  ],
])('%s', (options, expected) => {
  expect(feed('redis://redis', options)).toMatchObject(expected)
})

test.each([
  ['rediss://redis', '', { ca: undefined, cert: undefined, key: undefined }],
  ['rediss://redis', 'tls ca', { ca: '/etc/zonecast/ca', cert: undefined, key: undefined }],
  ['rediss://redis', 'tls c k', { ca: undefined, cert: '/etc/zonecast/c', key: '/etc/zonecast/k' }],
  ['rediss://redis', 'tls c k /ca', { ca: '/ca', cert: '/etc/zonecast/c', key: '/etc/zonecast/k' }],
])('TLS: %s %s', (address, options, tls) => {
  expect(feed(address, options)?.redis.tls).toEqual(tls)
})

describe('one feed', () => {
  test.each([
    ['redis://redis', 'redis://REDIS:6379/'],
    ['redis://[::1]', 'redis://[0::1]:6379'],
  ])('%s is %s', (one, other) => {
    const [first, second] = parse(block(one) + block(other).replace('.', 'a'))
    expect(first && feedId(first)).toBe(second && feedId(second))
  })

  test('whatever the order of its addresses', () => {
    const [first, second] = ['redis://a redis://b redis://a', 'redis://b:6379 redis://a'].map((each) =>
      feed(each, 'cluster'),
    )
    expect(first?.redis).toEqual(second?.redis)
  })

  test.each([
    ['another name', 'redis://a', 'name b'],
    ['TLS', 'rediss://a', ''],
    ['another port', 'redis://a:6380', ''],
    ['a cluster', 'redis://a', 'cluster'],
  ])('not with %s', (_, addresses, options) => {
    const [first, second] = parse(block('redis://a') + block(addresses, options).replace('.', 'a'))
    expect(first && feedId(first)).not.toBe(second && feedId(second))
  })
})

test('a password that is written where none may be is in no message', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9:/?.%-]{1,20}$/).map((text) => `hunter2${text}`)
  const places = [
    (secret: string) => block(`redis://user:${secret}@redis:6379`),
    (secret: string) => block(`rediss://${secret}@redis`, 'cluster'),
    (secret: string) => block(`${secret}@redis`),
    (secret: string) => block('redis://redis', `password ${secret}`),
    (secret: string) => block('redis://redis', `password env ${secret}-`),
    (secret: string) => block('redis://redis', `password file a ${secret}`),
    (secret: string) => block('redis://redis', `sentinel main\n user ${secret}`),
  ]
  fc.assert(
    fc.property(word, fc.constantFrom(...places), (secret, place) => {
      try {
        parse(place(secret))
        expect.unreachable()
      } catch (error) {
        if (!(error instanceof CorefileError)) throw error
        expect(JSON.stringify(error.faults) + error.message).not.toContain('hunter2')
      }
    }),
  )
})
