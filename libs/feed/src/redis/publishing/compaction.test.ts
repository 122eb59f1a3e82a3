import { expect, test } from 'vitest'
import { compactionDue } from './compaction.ts'

test('compaction is due by entries or octets, with a floor', () => {
  expect(compactionDue({ entries: 10_000, octets: 0 }, 1e9)).toBe('no')
  expect(compactionDue({ entries: 10_001, octets: 0 }, 1e9)).toBe('due')
  expect(compactionDue({ entries: 20_001, octets: 0 }, 1e9)).toBe('overdue')
  expect(compactionDue({ entries: 1, octets: 3e6 }, 1e7)).toBe('due')
  expect(compactionDue({ entries: 1, octets: 6e6 }, 1e7)).toBe('overdue')
  expect(compactionDue({ entries: 1, octets: 1e5 }, 100)).toBe('no')
})
