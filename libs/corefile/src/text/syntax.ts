/**
 * The shape of a Corefile: server blocks with keys and directives, directives with arguments and, where a block follows,
 * options of the same form. As in CoreDNS a block opens at the end of the directive's line and closes on a line of its
 * own; keys may go on over the next line after a comma; and one block without braces may take the rest of the file.
 */

import type { Position } from '../config.ts'
import type { FaultList } from '../errors.ts'
import { isClose, isOpen, type Word } from './lexer.ts'

/** A directive or an option: a name, arguments, and what stands in its block. */
export interface Node {
  readonly name: Word
  readonly args: readonly Word[]
  /** Undefined without a block. */
  readonly block: readonly Node[] | undefined
}

export interface BlockNode {
  /** The comma that may end a key is gone. */
  readonly keys: readonly Word[]
  /** Of the first word. */
  readonly position: Position
  readonly nodes: readonly Node[]
  /** False when no brace opens it. */
  readonly braces: boolean
}

/** @param words with balanced braces. */
export function parseSyntax(words: readonly Word[], faults: FaultList): BlockNode[] {
  const parser = new Parser(words, faults)
  const blocks: BlockNode[] = []
  for (let first = words[0]; first !== undefined; first = parser.next) blocks.push(parser.block(first.position))
  return blocks
}

class Parser {
  readonly #words: readonly Word[]
  readonly #faults: FaultList
  #at = 0

  constructor(words: readonly Word[], faults: FaultList) {
    this.#words = words
    this.#faults = faults
  }

  get next(): Word | undefined {
    return this.#words[this.#at]
  }

  block(position: Position): BlockNode {
    const keys = this.#keys()
    const open = this.next
    if (open === undefined) return { keys, position, nodes: [], braces: false }
    if (!isOpen(open)) return { keys, position, nodes: this.#nodes(), braces: false }
    if (keys.length === 0) {
      this.#faults.add('unexpected-brace', open.position, '{', { expected: 'a zone before it, such as "."' })
    }
    this.#at += 1
    const nodes = this.#nodes()
    this.#close()
    return { keys, position, nodes, braces: true }
  }

  #keys(): Word[] {
    const keys: Word[] = []
    let comma: Word | undefined
    for (let word = this.next; word !== undefined; word = this.next) {
      if (isOpen(word) || (word.first && keys.length > 0 && comma === undefined)) break
      this.#at += 1
      comma = word.text.endsWith(',') ? word : undefined
      if (word.text !== ',') keys.push(comma === undefined ? word : { ...word, text: word.text.slice(0, -1) })
    }
    if (comma !== undefined)
      this.#faults.add('missing-argument', comma.position, comma.text, { expected: 'a key after the comma' })
    return keys
  }

  /** Up to the brace that closes the block, or the end. */
  #nodes(): Node[] {
    const nodes: Node[] = []
    for (let word = this.next; word !== undefined && !isClose(word); word = this.next) {
      if (isOpen(word)) {
        this.#faults.add('unexpected-brace', word.position, '{', { suggestion: 'put it at the end of the line above' })
        const owner = nodes.pop()
        const block = this.#blockOf()
        if (owner !== undefined) nodes.push({ ...owner, block: [...(owner.block ?? []), ...(block ?? [])] })
      } else {
        nodes.push(this.#node(word))
      }
    }
    return nodes
  }

  #node(name: Word): Node {
    const args: Word[] = []
    this.#at += 1
    for (let word = this.next; word !== undefined; word = this.next) {
      if (word.first || isOpen(word) || isClose(word)) break
      args.push(word)
      this.#at += 1
    }
    return { name, args, block: this.next?.first === false ? this.#blockOf() : undefined }
  }

  #blockOf(): Node[] | undefined {
    if (!isOpen(this.next)) return undefined
    this.#at += 1
    const nodes = this.#nodes()
    this.#close()
    return nodes
  }

  /** The closing brace: alone on its line, or right after the opening one. */
  #close(): void {
    const close = this.next
    if (close === undefined) return
    if (!close.first && !isOpen(this.#words[this.#at - 1])) {
      this.#faults.add('unexpected-brace', close.position, '}', { suggestion: 'put it on a line of its own' })
    }
    this.#at += 1
    const after = this.next
    if (after !== undefined && !after.first && !isClose(after)) {
      this.#faults.add('extra-argument', after.position, after.text, { expected: 'the end of the line after "}"' })
      while (this.next?.first === false && !isOpen(this.next) && !isClose(this.next)) this.#at += 1
    }
  }
}
