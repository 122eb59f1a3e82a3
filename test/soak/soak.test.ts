import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { readOptions } from './options.ts'

test('options', () => {
  expect(readOptions([], 5)).toEqual({ minutes: 3, seed: 5, standIn: false })
  expect(readOptions(['--minutes', '0.5', '--seed', '7', '--stand-in'], 5)).toEqual({
    minutes: 0.5,
    seed: 7,
    standIn: true,
  })
  for (const args of [['--minutes', '0'], ['--minutes', 'x'], ['--seed', '-1'], ['--faults']]) {
    expect(() => readOptions(args, 5)).toThrow()
  }
})

describe.skipIf(!hasRedis)('a run (redis-server needed)', () => {
  test('of one storm passes, and says what it did', { timeout: 120_000 }, () => {
    const args = [join(import.meta.dirname, 'main.ts'), '--minutes', '0.001', '--seed', '7', '--stand-in']
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/seed 7, .*\n.*1 storms, \d+ changes, \d+ questions.*\n.* × .*\n4 passed, 0 failed\n$/s)
    expect(status).toBe(0)
  })
})
