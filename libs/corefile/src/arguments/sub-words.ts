/** The parts of a word where signs may stand without spaces around them. */

import type { Word } from '../text/lexer.ts'

export interface SubWord extends Word {
  /** One of the signs, not quoted. */
  readonly isSign: boolean
}

/** @param signs single characters. Quotes within the word hold texts; a word that is quoted as a whole is one text. */
export function subWords(word: Word, signs: string): SubWord[] {
  const { text, position, bare } = word
  if (!bare) return [{ ...word, isSign: false }]
  const words: SubWord[] = []
  const parts = new RegExp(`"([^"]*)"|([${signs}])|[^"${signs}]+|"`, 'g')
  for (const { 0: part, 1: quoted, 2: sign, index } of text.matchAll(parts)) {
    const at = { ...position, column: position.column + index }
    words.push({ ...word, text: quoted ?? part, position: at, isSign: sign !== undefined })
  }
  return words
}
