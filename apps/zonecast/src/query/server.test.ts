import { describe, expect, test } from 'vitest'
import { parseServer, systemServer } from './server.ts'

describe('parseServer', () => {
  const rows: [text: string, host: string, port: number | undefined][] = [
    ['127.0.0.1', '127.0.0.1', undefined],
    ['127.0.0.1:5300', '127.0.0.1', 5300],
    ['::1', '::1', undefined],
    ['fd00::2:5300', 'fd00::2:5300', undefined],
    ['[::1]', '::1', undefined],
    ['[::1]:5300', '::1', 5300],
    ['fe80::1%eth0', 'fe80::1%eth0', undefined],
    ['ns.example:53', 'ns.example', 53],
    ['tcp://[::1]:5300', '::1', 5300],
    ['HTTPS://ns.example:8443/q', 'ns.example', 8443],
  ]
  for (const [text, host, port] of rows) test(text, () => expect(parseServer(text)).toMatchObject({ text, host, port }))
})

describe('systemServer', () => {
  test('the first name server', () => {
    expect(systemServer('# nameserver 9.9.9.9\nsearch a b\nnameserver  10.96.0.10\nnameserver 1.1.1.1\n').host).toBe(
      '10.96.0.10',
    )
  })
  test('this machine, when there is none', () => expect(systemServer('search a\n').host).toBe('127.0.0.1'))
})
