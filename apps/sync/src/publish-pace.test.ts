import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PublishPace } from './publish-pace.ts'

interface Run {
  /** When each publish began. */
  readonly publishes: readonly number[]
  /** How long each change waited until a publish that holds it began. */
  readonly waits: readonly number[]
}

/** Plays changes through a worker whose publishes take `publishMs`. */
function play(changes: readonly number[], publishMs: number, batchMs = 100): Run {
  const pace = new PublishPace(batchMs)
  const publishes: number[] = []
  const waits: number[] = []
  let freeMs = 0
  for (let at = 0; at < changes.length; ) {
    const wokenMs = Math.max(changes[at] ?? 0, freeMs)
    const beganMs = wokenMs + pace.waitMs(wokenMs)
    for (; at < changes.length && (changes[at] ?? 0) <= beganMs; at++) waits.push(beganMs - (changes[at] ?? 0))
    publishes.push(beganMs)
    pace.published(beganMs, publishMs)
    freeMs = beganMs + publishMs
  }
  return { publishes, waits }
}

const every = (ms: number, count: number) => Array.from({ length: count }, (_, at) => at * ms)

describe('changes', () => {
  test.each([
    ['that are lone wait for nothing', every(100, 50), 1, 50, 0],
    ['that are few and come together wait for nothing', [0, 3, 9, 20, 1000, 1002, 1003], 1, 7, 0],
    ['of 200 a second for ten seconds', every(5, 2000), 1, 672, 16],
    ['of a rolling update, 1,000 endpoints in a second', every(1, 1000), 1, 72, 16],
    ['of the same at once', every(0, 1000), 1, 1, 0],
    ['of a rolling update while Redis takes 20 ms', every(1, 1000), 20, 20, 81],
    ['never wait longer than batch, but for a publish on its way', every(1, 1000), 300, 5, 400],
  ])('%s', (_, changes, publishMs, publishesMost, waitMost) => {
    const { publishes, waits } = play(changes, publishMs)
    expect(publishes.length).toBeLessThanOrEqual(publishesMost)
    expect(Math.max(...waits)).toBeLessThanOrEqual(waitMost)
    expect(waits).toHaveLength(changes.length)
  })

  test.each([
    [0, 1000],
    [10, 110],
    [100, 72],
  ])('with batch %i ms a rolling update makes at most %i deltas', (batchMs, most) => {
    expect(play(every(1, 1000), 0.5, batchMs).publishes.length).toBeLessThanOrEqual(most)
  })

  test('are held back for at most batch, whatever comes', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 300 }),
        (list, publishMs, batchMs) => {
          let now = 0
          const pace = new PublishPace(batchMs)
          for (const gap of list) {
            now += gap
            const wait = pace.waitMs(now)
            expect(wait).toBeGreaterThanOrEqual(0)
            expect(wait).toBeLessThanOrEqual(batchMs)
            now += wait
            pace.published(now, publishMs)
            now += publishMs
          }
        },
      ),
    )
  })
})
