import { expect, test } from 'vitest'
import { COUNTER, count, counterBlock, counterMemory, readCounters, UDP_COUNTERS } from './counters.ts'

test('each writer has a block of its own, and readers see the sum', () => {
  const memory = counterMemory(3)
  for (let block = 0; block < 3; block++) {
    for (const name of UDP_COUNTERS) count(counterBlock(memory, block), COUNTER[name], COUNTER[name] * 10 ** block)
  }
  expect(readCounters(memory)).toEqual(Object.fromEntries(UDP_COUNTERS.map((name, i) => [name, 111 * i])))
})
