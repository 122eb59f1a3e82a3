import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logPlaceholders, readLogFormat, showLogFormat } from './log-format.ts'

test.each([
  ['{name} {type}', [{ placeholder: 'name' }, { literal: ' ' }, { placeholder: 'type' }], []],
  ['{ {name} }', [{ literal: '{ ' }, { placeholder: 'name' }, { literal: ' }' }], []],
  ['{"q":"{name}"}', [{ literal: '{"q":"' }, { placeholder: 'name' }, { literal: '"}' }], []],
  ['a } {>id}', [{ literal: 'a } ' }, { placeholder: '>id' }], []],
  ['{nmae}!', [{ literal: '{nmae}!' }], ['nmae']],
  ['{/log/class}{/a/b}', [{ placeholder: '/log/class' }, { literal: '{/a/b}' }], ['/a/b']],
  ['{constructor}', [{ literal: '{constructor}' }], ['constructor']],
  ['', [], []],
])('%s', (format, parts, unknown) => {
  expect(readLogFormat(format)).toEqual({ parts, unknown })
})

test('{common} and {combined} are formats of their own', () => {
  expect(showLogFormat(readLogFormat('> {combined}').parts)).toBe(
    '> {remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration} "{>opcode}"',
  )
})

test('what is read shows as it was', () => {
  const names = Object.keys(logPlaceholders).map((name) => `{${name}}`)
  const piece = fc.oneof(fc.constantFrom(...names, '{', '}', '{}', ' '), fc.string({ maxLength: 4 }))
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('')
      expect(showLogFormat(readLogFormat(text).parts)).toBe(text)
    }),
  )
})
