/**
 * Environment variables in words, quoted ones too: `{$NAME}` or `{%NAME%}`, and `{$NAME:default}`. What is put in is text:
 * it is not searched for variables again, not split at spaces, and a brace in it opens no block. A variable that is not
 * set and has no default is a fault, since an argument that silently becomes empty is worse than a start that fails;
 * `{$NAME:}` asks for the empty one.
 */

import type { FaultList } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Word } from './lexer.ts'

/** Value of an environment variable, undefined when it is not set. */
export type Environment = (name: string) => string | undefined

const variable = /\{\$([^{}:\s]+)(?::([^{}]*))?\}|\{%([^{}%\s]+)%\}/g
const beginning = /\{[$%]/

/** The values put in add up to at most the size of a file. */
export function substitute(words: readonly Word[], environment: Environment, faults: FaultList): Word[] {
  let left: number = limits.fileSize
  const spend = (value: string) => {
    left -= value.length
    return left >= 0
  }
  return words.map((word) => (beginning.test(word.text) ? substituteWord(word, environment, spend, faults) : word))
}

function substituteWord(
  word: Word,
  environment: Environment,
  spend: (value: string) => boolean,
  faults: FaultList,
): Word {
  const { text, position } = word
  if (beginning.test(text.replaceAll(variable, ''))) {
    faults.add('bad-variable', position, text, { expected: '{$NAME}, {$NAME:default} or {%NAME%}' })
  }
  const replaced = text.replaceAll(variable, (whole, dollar?: string, byDefault?: string, percent?: string) => {
    const name = dollar ?? percent ?? ''
    const value = environment(name) ?? byDefault
    if (value === undefined) {
      const suggestion = `set it, or write {$${name}:default} or {$${name}:} for an empty one`
      faults.add('unset-variable', position, name, { suggestion })
      return whole
    }
    if (spend(value)) return value
    faults.add('too-large', position, name, { expected: `at most ${limits.fileSize} characters put into a file` })
    return whole
  })
  return { ...word, text: replaced, bare: false }
}
