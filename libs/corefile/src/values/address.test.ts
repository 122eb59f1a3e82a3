import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAddress } from './address.ts'

describe('readAddress', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['FD00:0::0001', 'fd00::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['10.0.0.256', undefined],
    ['10.0.0', undefined],
    ['10.0.0.01', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1:2:3:4::5:6:7:8', undefined],
    ['1::2::3', undefined],
    [':::', undefined],
    [':1', undefined],
    ['12345::', undefined],
    ['10.0.0.1::', undefined],
    ['fe80::1%eth0', undefined],
    ['example', undefined],
    ['', undefined],
  ])('%s: %s', (text, expected) => {
    expect(readAddress(text)?.text).toBe(expected)
  })

  test('agrees with what a URL makes of an IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(`[${readAddress(text)?.text}]`).toBe(new URL(`http://[${text}]/`).hostname)
      }),
    )
  })
})
