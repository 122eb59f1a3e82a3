import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCorefile } from '@zonecast/corefile'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { redisFeedsOf, redisOptions } from './redis-feeds.ts'

describe('where the secrets of a feed stand', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zonecast-secrets-'))
  const file = join(folder, 'password')
  writeFileSync(file, 'from a file\n')
  const empty = join(folder, 'empty')
  writeFileSync(empty, '\n')
  afterAll(() => rmSync(folder, { recursive: true }))
  afterEach(() => vi.unstubAllEnvs())

  const optionsWith = (lines: string, address = 'redis://redis') => {
    const text = `. {\n kubernetes\n feed ${address} {\n ${lines}\n }\n}\n`
    const [feed] = redisFeedsOf(parseCorefile(text).blocks)
    if (feed === undefined) throw new Error('no feed')
    return redisOptions(feed.directive)
  }
  const credentialsWith = (lines: string) => optionsWith(lines).credentials?.()

  test('a file, the environment, or what the environment says for all feeds', () => {
    vi.stubEnv('ITS_USER', 'anna')
    vi.stubEnv('ZONECAST_REDIS_PASSWORD', 'of all')
    const lines = `user env ITS_USER\n password file ${file}`
    expect(credentialsWith(lines)).toMatchObject({ username: 'anna', password: 'from a file' })
    expect(credentialsWith('')).toMatchObject({ username: undefined, password: 'of all' })
  })

  test.each([
    ['password file /none/here', '"password" of the feed: /none/here cannot be read (ENOENT)'],
    ['user env NOT_SET', '"user" of the feed: the environment variable NOT_SET is not set'],
    [`password file ${empty}`, `"password" of the feed: ${empty} is empty`],
    [
      'sentinel m\n sentinel_password env NOT_SET',
      '"sentinel_password" of the feed: the environment variable NOT_SET is not set',
    ],
  ])('%s: said as it is, not as a server that is away', (lines, message) => {
    vi.stubEnv('ZONECAST_REDIS_PASSWORD', 'of all')
    expect(() => credentialsWith(lines)).toThrow(expect.objectContaining({ code: 'no-auth', message }))
  })

  test('a file of "tls" that is not there is named', () => {
    expect(() => optionsWith('tls /none/ca.pem', 'rediss://redis')).toThrow(
      '"tls" of the feed (ca): /none/ca.pem cannot be read (ENOENT)',
    )
  })

  test('a file of "tls" that is no PEM is named', () => {
    expect(() => optionsWith(`tls ${file}`, 'rediss://redis')).toThrow(`"tls" of the feed (ca): ${file} holds no PEM`)
  })
})
