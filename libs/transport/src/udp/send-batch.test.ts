/** What sendBatch does with a system that takes only a part of a batch. */
import { expect, test } from 'vitest'
import { EAGAIN, EINTR, type Libc, SYS_SENDMMSG } from './libc.ts'
import { HEADER_SIZE } from './message-batch.ts'
import { sendBatch } from './packet-loop.ts'

const EPERM = 1
const ARRAY = 0x7000_0000_0000
const DESCRIPTOR = 7

/** @param script what each sendmmsg gives: how many it sent, or minus an errno. */
function scripted(script: number[]): { libc: Libc; calls: [first: number, messages: number][] } {
  const calls: [number, number][] = []
  let errno = 0
  const unused = () => {
    throw new Error('not called')
  }
  const libc: Libc = {
    through: 'a script',
    addressOf: unused,
    socket: unused,
    setsockopt: unused,
    bind: unused,
    getsockname: unused,
    recvmmsg: unused,
    poll: unused,
    close: unused,
    errno: () => errno,
    syscall(number, descriptor, address, messages) {
      expect([number, descriptor]).toEqual([SYS_SENDMMSG[process.arch], DESCRIPTOR])
      calls.push([(address - ARRAY) / HEADER_SIZE, messages])
      const result = script.shift() ?? 0
      errno = result < 0 ? -result : errno
      return result < 0 ? -1 : result
    },
  }
  return { libc, calls }
}

const rows: [what: string, messages: number, script: number[], sent: number, calls: [number, number][]][] = [
  ['nothing is no call', 0, [], 0, []],
  ['all at once', 5, [5], 5, [[0, 5]]],
  [
    'the rest is sent again',
    5,
    [2, 1, 2],
    5,
    [
      [0, 5],
      [2, 3],
      [3, 2],
    ],
  ],
  [
    'a message that is refused costs only itself',
    5,
    [2, -EPERM, 2],
    4,
    [
      [0, 5],
      [2, 3],
      [3, 2],
    ],
  ],
  [
    'the first and the last of them too',
    3,
    [-EPERM, 1, -EPERM],
    1,
    [
      [0, 3],
      [1, 2],
      [2, 1],
    ],
  ],
  [
    'an interrupted call is made again',
    2,
    [-EINTR, 2],
    2,
    [
      [0, 2],
      [0, 2],
    ],
  ],
  [
    'a full buffer ends',
    2,
    [-EAGAIN, -EAGAIN],
    0,
    [
      [0, 2],
      [1, 1],
    ],
  ],
  [
    'a call that sends nothing ends',
    2,
    [0, 0],
    0,
    [
      [0, 2],
      [1, 1],
    ],
  ],
]
test.each(rows)('%s', (_, messages, script, sent, calls) => {
  const system = scripted(script)
  expect(sendBatch(system.libc, DESCRIPTOR, ARRAY, messages)).toBe(sent)
  expect(system.calls).toEqual(calls)
})
