import { describe, expect, test } from 'vitest'
import { collectionTurn, garbageCollector } from './collect-garbage.ts'

test('what nothing holds any more is collected', async () => {
  const collect = garbageCollector()
  let isCollected = false
  const registry = new FinalizationRegistry(() => {
    isCollected = true
  })
  registry.register(new SharedArrayBuffer(1 << 20), undefined)
  await expect
    .poll(() => {
      collect()
      return isCollected
    })
    .toBe(true)
})

describe('a packet thread collects', () => {
  type Step = [at: number, event: 'replaced' | 'idle' | 'busy', collections: number]
  const rows: [what: string, steps: Step[]][] = [
    [
      'never when nothing was replaced',
      [
        [0, 'idle', 0],
        [60_000, 'busy', 0],
        [90_000, 'idle', 0],
      ],
    ],
    [
      'at the first idle moment',
      [
        [0, 'replaced', 0],
        [50, 'busy', 0],
        [100, 'idle', 1],
        [200, 'idle', 1],
      ],
    ],
    [
      'at most every five seconds while idle',
      [
        [0, 'replaced', 0],
        [100, 'idle', 1],
        [200, 'replaced', 1],
        [5099, 'idle', 1],
        [5100, 'idle', 2],
      ],
    ],
    [
      'every fifteen seconds when never idle',
      [
        [0, 'replaced', 0],
        [9000, 'replaced', 0],
        [14_999, 'busy', 0],
        [15_000, 'busy', 1],
        [40_000, 'busy', 1],
      ],
    ],
  ]
  test.each(rows)('%s', (_, steps) => {
    let time = 0
    let collections = 0
    const turns = collectionTurn(
      () => {
        collections += 1
      },
      () => time,
    )
    for (const [at, event, expected] of steps) {
      time = at
      if (event === 'replaced') turns.replaced()
      else turns.turn(event === 'idle')
      expect(collections).toBe(expected)
    }
  })
})
