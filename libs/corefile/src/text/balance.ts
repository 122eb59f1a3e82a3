/**
 * Makes the braces of one file match, reporting those that do not: what opens and is never closed gets its closing brace
 * at the end, what closes nothing is left out, and what is too deep is not read at all. All that follows can then rely on pairs, and an import cannot close a block
 * of the file around it.
 */

import type { FaultList } from '../errors.ts'
import { limits } from '../limits.ts'
import { isClose, isOpen, type Word } from './lexer.ts'

export function balance(words: readonly Word[], faults: FaultList): Word[] {
  const balanced: Word[] = []
  const open: Word[] = []
  for (const word of words) {
    if (isOpen(word)) {
      if (open.length === limits.blockDepth) {
        faults.add('too-large', word.position, '{', { expected: `at most ${limits.blockDepth} blocks in each other` })
        return []
      }
      open.push(word)
    } else if (isClose(word) && open.pop() === undefined) {
      faults.add('unexpected-brace', word.position, '}', { suggestion: 'no block is open here' })
      continue
    }
    balanced.push(word)
  }
  for (const opening of open.reverse()) {
    faults.add('missing-brace', opening.position, '{', { expected: 'a "}" on a line of its own' })
    balanced.push({ ...opening, text: '}', first: true })
  }
  return balanced
}
