import { expect, test } from 'vitest'
import { FaultList } from '../errors.ts'
import { lex } from './lexer.ts'
import { substitute } from './substitute.ts'

const environment: Readonly<Record<string, string>> = { A: 'x', EMPTY: '', LOOP: '{$LOOP}', BRACE: '{', WORDS: 'a b' }

function replace(text: string) {
  const faults = new FaultList()
  const words = substitute(lex(text, 'Corefile', faults), (name) => environment[name], faults)
  faults.throwIfAny()
  return words
}

test.each([
  ['{$A}', 'x'],
  ['{%A%}', 'x'],
  ['a{$A}b{%A%}c', 'axbxc'],
  ['{$NONE:default}', 'default'],
  ['{$NONE:a:b}', 'a:b'],
  ['{$NONE:}', ''],
  ['{$EMPTY:default}', ''],
  ['{$A:default}', 'x'],
  ['"{$NONE:two words}"', 'two words'],
  ['{$WORDS}', 'a b'],
  ['{$LOOP}', '{$LOOP}'],
  ['{name}', '{name}'],
])('%s: %s', (text, expected) => {
  expect(replace(text).map((word) => word.text)).toEqual([expected])
})

test('a brace that is put in opens no block', () => {
  expect(replace('{$BRACE}')[0]).toMatchObject({ text: '{', bare: false })
})

test('each variable that is missing is named', () => {
  expect(() => replace('{$B}{$C} {%D%}')).toThrow(/"B" is not set.*\n.*"C" is not set.*\n.*1:10: .*"D" is not set/)
})
