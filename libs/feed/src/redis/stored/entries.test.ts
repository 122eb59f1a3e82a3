import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FeedError } from '../../errors.ts'
import type { RedisClient } from '../connection/client.ts'
import { readEntries } from './entries.ts'
import { readHead } from './head.ts'
import { keysOf } from './keys.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error instanceof FeedError ? error.code : error
  }
  return 'nothing'
}

describe('replies of any shape', () => {
  const client = (reply: unknown): RedisClient => ({
    call: async () => reply,
    callBuffer: async () => reply,
    info: async () => [],
    end: () => {},
    ended: false,
  })
  const keys = keysOf('prod')
  const octets = fc.uint8Array().map((array) => Buffer.from(array))
  const reply = fc.letrec((tie) => ({
    any: fc.oneof(fc.constant(null), fc.integer(), fc.string(), octets, fc.array(tie('any'), { maxLength: 8 })),
  })).any

  test('entries and head are read, or refused as damaged', async () => {
    await fc.assert(
      fc.asyncProperty(reply, async (any) => {
        for (const read of [readEntries(client(any), keys, '1-0'), readHead(client(any), keys)]) {
          const outcome = await read.catch((error: unknown) => error)
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FeedError)
        }
      }),
    )
  })

  test('what head says is shown as it may be, and no time is one that cannot be', async () => {
    const evil = `\u001b[2J${'x'.repeat(10_000)}`
    const head = (pos: string, heartbeat: string) => client(['2', pos, '', '', evil, '', evil, heartbeat])
    const { publisher, config, heartbeatMs } = (await readHead(head('1-0', '1e999'), keys)) ?? {}
    expect([publisher, config]).toEqual(Array(2).fill(expect.stringMatching(/^\?\[2Jx{124}…$/)))
    expect(heartbeatMs).toBe(0)
    await expect(readHead(head(evil, '1'), keys)).rejects.toThrow(/^head's position is "\?\[2Jx{124}…"$/)
    const entry = [Buffer.from('log'), [[Buffer.from('1-1'), [Buffer.from('kind'), Buffer.from(evil)]]]]
    const [read] = await readEntries(client([entry]), keys, '1-0')
    expect(read).toMatchObject({ kind: 'unknown', kindText: expect.stringMatching(/^\?\[2Jx{124}…$/) })
  })

  test.each(['', 'a b', '{a}', 'x'.repeat(129), 'a\n'])('"%s" cannot name a feed', (feed) => {
    expect(code(() => keysOf(feed))).toBe('bad-name')
  })
})
