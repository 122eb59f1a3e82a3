import { expect, test } from 'vitest'
import { FrameReader, frame } from './stream.ts'

const message = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff)

test('a message comes together however it was cut', () => {
  const framed = frame(message)
  for (let cut = 0; cut <= framed.length; cut++) {
    const reader = new FrameReader()
    const first = reader.push(framed.subarray(0, cut))
    expect(first ?? reader.push(framed.subarray(cut)), `cut at ${cut}`).toEqual(message)
  }
})

test('octet by octet', () => {
  const reader = new FrameReader()
  const results = [...frame(message)].map((octet) => reader.push(Uint8Array.of(octet)))
  expect(results.findIndex((each) => each !== undefined)).toBe(301)
  expect(results.at(-1)).toEqual(message)
})

test('what comes behind it is left alone', () => {
  expect(new FrameReader().push(Uint8Array.from([...frame(message), 0, 1, 9]))).toEqual(message)
})

test('the shortest and the longest', () => {
  expect(new FrameReader().push(Uint8Array.of(0, 0))).toEqual(new Uint8Array(0))
  expect(new FrameReader().push(frame(new Uint8Array(65_535)))).toHaveLength(65_535)
})
