import { expect, test } from 'vitest'
import { triggerTimeOf } from './trigger-time.ts'

const KEY = 'endpoints.kubernetes.io/last-change-trigger-time'

test.each<[unknown, number | undefined]>([
  ['2026-11-26T23:05:04Z', Date.UTC(2026, 10, 26, 23, 5, 4)],
  ['2026-11-26T23:05:04.123456789Z', Date.UTC(2026, 10, 26, 23, 5, 4, 123)],
  ['2026-11-27T00:05:04.5+01:00', Date.UTC(2026, 10, 26, 23, 5, 4, 500)],
  ['2026-13-26T23:05:04Z', undefined],
  ['1926-11-26T23:05:04Z', undefined],
  ['0001-01-01T00:00:00Z', undefined],
  ['yesterday', undefined],
  ['2026-11-26', undefined],
  [`2026-11-26T23:05:04.${'9'.repeat(1000)}Z`, undefined],
  ['', undefined],
  [1_700_000_000, undefined],
  [null, undefined],
])('%j', (text, time) => expect(triggerTimeOf({ annotations: { [KEY]: text } })).toBe(time))

test.each([{}, { annotations: null }, { annotations: [] }, { annotations: 'x' }, { annotations: {} }])(
  'metadata %j',
  (metadata) => expect(triggerTimeOf(metadata)).toBeUndefined(),
)
