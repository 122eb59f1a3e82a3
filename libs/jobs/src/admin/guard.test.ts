import { describe, expect, test } from 'vitest'
import { refusalOf } from './guard.ts'

const refusal = (headers: Record<string, string>, method = 'GET', ownHost = '127.0.0.1') =>
  refusalOf({ method, header: (name) => headers[name] }, ownHost)?.status

describe('who may read', () => {
  test.each([['127.0.0.1:9154'], ['[::1]:9154'], ['10.1.2.3'], ['localhost:9154'], ['LOCALHOST']])(
    '%s is ours',
    (host) => expect(refusal({ host })).toBeUndefined(),
  )

  test.each([
    ['evil.example:9154'],
    ['localhost.evil.example'],
    ['127.0.0.1.evil.example:9154'],
    ['sync.shop'],
    ['evil.example@127.0.0.1'],
    [''],
  ])('%s is not, whatever it resolves to', (host) => expect(refusal({ host })).toBe(403))

  test('nor is none', () => expect(refusal({})).toBe(403))

  test('the host that the Corefile names is', () => {
    expect(refusal({ host: 'sync.shop:9154' }, 'GET', 'sync.shop')).toBeUndefined()
    expect(refusal({ host: 'other.shop:9154' }, 'GET', 'sync.shop')).toBe(403)
    // All addresses: no name at all.
    expect(refusal({ host: '' }, 'GET', '')).toBe(403)
  })
})

describe('what browsers say of a request', () => {
  const host = 'localhost:9154'
  test.each([
    ['typed in', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, undefined],
    ['our own page', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, undefined],
    [
      'a link on another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      undefined,
    ],
    [
      'a frame on another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      403,
    ],
    ['a script of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['a page on another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
    ['a foreign origin', { origin: 'http://evil.example' }, 403],
    ['no origin at all', { origin: 'null' }, 403],
    ['our origin', { origin: 'http://localhost:9154' }, undefined],
  ])('%s', (_, headers, status) => expect(refusal({ host, ...headers })).toBe(status))
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s changes nothing', (method) =>
  expect(refusal({ host: 'localhost' }, method)).toBe(405),
)
