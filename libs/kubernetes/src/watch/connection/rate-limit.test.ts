import { expect, test } from 'vitest'
import { Slots, TokenBucket } from './rate-limit.ts'

test('a bucket lets a burst through, then one at a time', () => {
  const bucket = new TokenBucket(10, 3, 0)
  expect([0, 0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([0, 0, 0, 100, 200])
  expect(bucket.take(300)).toBe(0)
})

test('a bucket does not fill over its burst', () => {
  const bucket = new TokenBucket(10, 2, 0)
  expect([1e6, 1e6, 1e6].map((now) => bucket.take(now))).toEqual([0, 0, 100])
})

test('slots are handed on in order, and freed once', async () => {
  const slots = new Slots(1)
  const order: string[] = []
  const free = await slots.take()
  const later = ['a', 'b'].map(async (name) => {
    const release = await slots.take()
    order.push(name)
    return release
  })
  free()
  free()
  const releaseA = await later[0]
  await Promise.resolve()
  expect(order).toEqual(['a'])
  releaseA?.()
  await later[1]
  expect(order).toEqual(['a', 'b'])
})
