import { describe, expect, test } from 'vitest'
import { FeedError } from '../../errors.ts'
import { placeOf, placeText } from './address.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error instanceof FeedError ? error.code : error
  }
  return 'nothing'
}

describe('addresses', () => {
  test.each([
    [['redis://redis'], {}, 'redis://redis:6379'],
    [['rediss://[::1]:7000/3'], {}, 'rediss://[::1]:7000'],
    [['redis://a', 'redis://b:1'], { topology: 'sentinel' }, 'redis://a:26379, b:1 (Sentinel, mymaster)'],
    [['redis://a', 'redis://b:1'], { topology: 'cluster' }, 'redis://a:6379, b:1 (cluster)'],
  ] as const)('%j is %s', (urls, options, text) => {
    expect(placeText(placeOf(urls, options))).toBe(text)
  })

  test.each([
    ['none', []],
    ['two servers', ['redis://a', 'redis://b']],
    ['another scheme', ['http://a']],
    ['a password', ['redis://user:hush@a']],
    ['a query', ['redis://a?password=hush']],
    ['a path', ['redis://a/b']],
    ['no URL', ['a:6379']],
  ])('%s is refused', (_, urls) => {
    expect(code(() => placeOf(urls))).toBe('bad-address')
  })

  test('a password is not repeated', () => {
    expect(() => placeOf(['redis://user:hush@a'])).toThrow(/^(?!.*hush)/)
  })
})
