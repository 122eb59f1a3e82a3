import { expect, test } from 'vitest'
import { readHostPort, showHostPort } from './host-port.ts'

test.each([
  [':8080', ':8080'],
  ['127.0.0.1:0', '127.0.0.1:0'],
  ['localhost:65535', 'localhost:65535'],
  ['[0:0::1]:8080', '[::1]:8080'],
  ['8080', undefined],
  [':65536', undefined],
  [':', undefined],
  [':http', undefined],
  ['::1:8080', undefined],
  ['[::1]', undefined],
  ['[10.0.0.1]:80', undefined],
  ['10.0.0.256:80', undefined],
  ['a b:80', undefined],
  ['-a:80', undefined],
])('%s: %s', (text, expected) => {
  const read = readHostPort(text)
  expect(read === undefined ? undefined : showHostPort(read)).toBe(expected)
})
