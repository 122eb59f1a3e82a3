import { faultOf } from '@zonecast/feed/redis'
import { describe, expect, test } from 'vitest'
import { logForm, openLog } from './log.ts'
import type { About, Level } from './log-event.ts'

/** What a log writes, with a clock that says 1, 2, 3 … ms. */
function written(form: 'json' | 'text') {
  const lines: string[] = []
  let clock = 0
  const log = openLog('sync', { form, nowMs: () => (clock += 1), write: (line) => void lines.push(line) })
  return { log, lines }
}

describe('the form', () => {
  test.each([
    [undefined, true, 'text'],
    [undefined, false, 'json'],
    ['json', true, 'json'],
    ['text', false, 'text'],
    ['yaml', false, 'json'],
  ] as const)('ZONECAST_LOG %s, terminal %s: %s', (asked, isTerminal, form) => {
    expect(logForm(asked, isTerminal)).toBe(form)
  })
})

const rows: readonly [Level, string, About, string, Record<string, unknown>][] = [
  ['info', 'started', {}, '[INFO] started', { level: 'info', msg: 'started' }],
  [
    'warning',
    'another publishes',
    { feed: 'prod at redis:6379', position: '17-3' },
    '[WARNING] feed prod at redis:6379: another publishes',
    { level: 'warn', feed: 'prod at redis:6379', position: '17-3', msg: 'another publishes' },
  ],
  [
    'error',
    'cannot read:\n  line 3\r\nline 4',
    { plugin: 'kubernetes', feed: 'cluster.yaml', code: 'yaml-syntax' },
    '[ERROR] plugin/kubernetes: cannot read: line 3 line 4',
    {
      level: 'error',
      plugin: 'kubernetes',
      feed: 'cluster.yaml',
      code: 'yaml-syntax',
      msg: 'cannot read:\n  line 3\r\nline 4',
    },
  ],
]

test('for people a line says what CoreDNS would', () => {
  const { log, lines } = written('text')
  for (const [level, message, about] of rows) log.tell(level, message, about)
  expect(lines).toEqual(rows.map(([, , , line]) => `${line}\n`))
})

test('for programs a line is an object, of the time when it happened, in order', async () => {
  const { log, lines } = written('json')
  for (const [level, message, about] of rows) log.tell(level, message, about)
  await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(rows.length)
  log.tell('info', 'and at once from then on')
  expect(lines).toHaveLength(rows.length + 1)
  for (const line of lines) expect(line).toMatch(/^[^\n]+\n$/)
  expect(lines.slice(0, -1).map((line) => JSON.parse(line))).toEqual(
    rows.map(([, , , , object], at) => ({ role: 'sync', time: `1970-01-01T00:00:00.00${at + 1}Z`, ...object })),
  )
})

test('what steers a terminal is not in a line for people', () => {
  const { log, lines } = written('text')
  log.tell('error', 'the server said \u001b[2J\u0007\u009b1m')
  expect(lines).toEqual(['[ERROR] the server said ?[2J??1m\n'])
})

test.each([
  'a.'.repeat(2_000_000),
  `${'word '.repeat(818)}redis://shop:hunter2@redis:6379 ${'word '.repeat(100)}`,
  `${'word '.repeat(816)}password="hunter2 and ${'word '.repeat(100)}"`,
])('a message of any length is a line of some, without half a secret at its end: %#', (message) => {
  const { log, lines } = written('text')
  log.tell('error', message)
  expect(lines[0]?.length).toBeLessThan(4200)
  expect(lines[0]).toMatch(/…\n$/)
  expect(lines[0]).not.toMatch(/hunter|shop:/)
})

describe('no secret is in a line', () => {
  const JWT = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl`
  test.each([
    ['cannot reach redis://shop:hunter2@redis:6379/0', 'redis://***@redis:6379/0'],
    ['rediss://:hun@ter2@redis is away', 'rediss://***@redis is away'],
    ['GET https://admin:hunter2@api/api/v1/services: 401', 'https://***@api/api/v1/services: 401'],
    ['authorization: Bearer hunter2token', 'Bearer ***'],
    [`the server said ${JWT}`, 'the server said ***'],
    ['password=hunter2, user=shop', 'password=***, user=shop'],
    ['{"token": "hunter2 and more"}', '"token": ***'],
    ['-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY----- in key.pem', '*** in key.pem'],
  ])('%s', async (message, expected) => {
    for (const form of ['text', 'json'] as const) {
      const { log, lines } = written(form)
      log.tell('error', message, { feed: message, code: message })
      log.error(Object.assign(new Error(message), { code: message }))
      await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(2)
      expect(lines.join('')).not.toMatch(/hunter2|ter2@|eyJzdWIi/)
      const told = form === 'json' ? String(JSON.parse(lines[0] ?? '').msg) : (lines[0] ?? '')
      expect(told).toContain(expected)
    }
  })

  test.each([
    faultOf(Object.assign(new Error('WRONGPASS x'), { name: 'ReplyError' }), 'redis://a').message,
    'web.shop.svc.cluster.local',
    'https://10.96.0.1:443/api?watch=1',
    'mail@example.org',
    'token file /var/run/token',
  ])('%s is none', (message) => {
    const { log, lines } = written('text')
    log.tell('info', message)
    expect(lines).toEqual([`[INFO] ${message}\n`])
  })
})
