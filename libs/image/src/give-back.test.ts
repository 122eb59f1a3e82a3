import { expect, test } from 'vitest'
import { giveBack } from './give-back.ts'

test('memory that is given back is gone, whoever looks at it', () => {
  const octets = new Uint8Array(100)
  const part = octets.subarray(10, 20)
  giveBack(part)
  expect([octets.length, part.length, octets.buffer.byteLength]).toEqual([0, 0, 0])
})

test('what is shared or empty stays', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(8)).fill(7)
  const empty = new Uint8Array(new ArrayBuffer(8), 0, 0)
  for (const octets of [shared, empty]) giveBack(octets)
  expect([shared.length, shared[0], empty.buffer.byteLength]).toEqual([8, 7, 8])
})
