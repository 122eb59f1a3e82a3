import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { content, load } from './testing/fixture.ts'
import { type Trigger, triggersOf, triggersToMeta } from './triggers.ts'

const CREATED = 1_700_000_000_000
const read = (meta: Readonly<Record<string, string>>) =>
  triggersOf(load({ ...content({}), createdAtMs: CREATED, meta }))
const headless = (atMs: number): Trigger => ({ serviceKind: 'headless_with_selector', atMs })
const cluster = (atMs: number): Trigger => ({ serviceKind: 'cluster_ip', atMs })

test('what is written is read, by kind', () => {
  const meta = triggersToMeta([headless(CREATED - 4), cluster(CREATED - 120.4), cluster(CREATED)], CREATED)
  expect(meta).toEqual({ 'triggered:cluster_ip': '120 0', 'triggered:headless_with_selector': '4' })
  expect(read({ feed: 'shop', ...meta })).toEqual([cluster(CREATED - 120), cluster(CREATED), headless(CREATED - 4)])
})

test.each([
  ['a clock that is ahead', [headless(CREATED + 5000)], { 'triggered:headless_with_selector': '0' }],
  ['a clock that is far ahead', [headless(CREATED + 11_000)], {}],
  ['a time of long ago', [headless(0)], {}],
  ['no time', [headless(Number.NaN)], {}],
  ['nothing', [], {}],
])('%s', (_, triggers, meta) => expect(triggersToMeta(triggers, CREATED)).toEqual(meta))

test('a delta tells of 128 of a kind at most, in a few octets each', () => {
  const many = Array.from({ length: 1000 }, (_, at) => headless(CREATED - at))
  const meta = triggersToMeta(many, CREATED)
  expect(read(meta)).toHaveLength(128)
  expect(JSON.stringify(meta).length).toBeLessThan(600)
})

describe('an image of somebody else', () => {
  test.each(['-5', '1e3', 'NaN', 'Infinity', '99999999', '999999999999', '0x10', '1.5', '', '   ', '٣'])(
    '"%s"',
    (text) => {
      expect(read({ 'triggered:cluster_ip': text })).toEqual([])
    },
  )

  test('may say anything: what comes out are times of the day before', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5000 }), (text) => {
        const triggers = read({ 'triggered:cluster_ip': text, 'triggered:headless_with_selector': text })
        expect(triggers.length).toBeLessThanOrEqual(256)
        for (const { atMs } of triggers) {
          expect(atMs).toBeLessThanOrEqual(CREATED)
          expect(atMs).toBeGreaterThanOrEqual(CREATED - 86_400_000)
        }
      }),
    )
  })
})
