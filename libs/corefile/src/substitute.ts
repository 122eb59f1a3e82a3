/**
 * Environment variables in words, quoted ones too: `{$NAME}` or `{%NAME%}`, and `{$NAME:default}`. What is put in is text:
 * it is not searched for variables again, not split at spaces, and a brace in it opens no block. A variable that is not
 * set and has no default is a fault, since an argument that silently becomes empty is worse than a start that fails;
 * `{$NAME:}` asks for the empty one.
 */

import type { FaultList } from './errors.ts'
import type { Word } from './lexer.ts'

/** Value of an environment variable, undefined when it is not set. */
export type Environment = (name: string) => string | undefined

const variable = /\{\$([^{}:\s]+)(?::([^{}]*))?\}|\{%([^{}%\s]+)%\}/g
const beginning = /\{[$%]/
const longestValue = 4096

export function substitute(words: readonly Word[], environment: Environment, faults: FaultList): Word[] {
  return words.map((word) => (beginning.test(word.text) ? substituteWord(word, environment, faults) : word))
}

function substituteWord(word: Word, environment: Environment, faults: FaultList): Word {
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
    if (value.length > longestValue) {
      faults.add('too-large', position, name, { expected: `a variable of at most ${longestValue} characters` })
      return whole
    }
    return value
  })
  return { ...word, text: replaced, bare: false }
}
