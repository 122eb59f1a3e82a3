import { expect, test } from 'vitest'
import { shown } from './shown.ts'

test.each([
  ['sync-7d9f', 'sync-7d9f'],
  ['a\u001b[2Jb\r\nc', 'a?[2Jb??c'],
  ['a\u202eb', 'a?b'],
  ['x'.repeat(200), `${'x'.repeat(128)}…`],
])('%j is shown as %j', (text, expected) => expect(shown(text)).toBe(expected))
