/**
 * Puts snippets and files in the place of `import`. A snippet, `(name) { … }` outside of every block, is a list of words
 * that later imports repeat; it must stand above its first use. Any other name is a file, or with `*`, `?` or `[` a glob,
 * relative to the file that holds the import; a glob that matches nothing is a warning, as operators keep empty folders
 * for overrides. Cycles are found by name, and depth, imports and words are bounded, so snippets that double each other
 * end soon.
 */

import type { Position } from '../config.ts'
import { type FaultList, quote } from '../errors.ts'
import { limits } from '../limits.ts'
import { didYouMean } from '../values/nearest.ts'
import { isGlob, resolveBeside } from '../values/path.ts'
import { balance } from './balance.ts'
import { isClose, isOpen, lex, type Word } from './lexer.ts'
import { type Environment, substitute } from './substitute.ts'

/** Where files come from. */
export interface FileSource {
  /** The text of a file; throws when it cannot be read. */
  read(path: string): string
  /** Paths of the files that match, sorted. */
  glob(pattern: string): readonly string[]
}

export interface Imported {
  readonly words: readonly Word[]
  /** Every file that was read, each once. */
  readonly files: readonly string[]
}

export function readWithImports(
  text: string,
  file: string,
  source: FileSource,
  environment: Environment,
  faults: FaultList,
): Imported {
  const importer = new Importer(source, environment, faults)
  importer.addFile(file, text)
  return { words: importer.words, files: [...importer.files] }
}

class Importer {
  readonly words: Word[] = []
  readonly files = new Set<string>()
  readonly #source: FileSource
  readonly #environment: Environment
  readonly #faults: FaultList
  readonly #snippets = new Map<string, readonly Word[]>()
  /** Files and snippets that are being put in, outermost first. */
  readonly #under: string[] = []
  #blockDepth = 0
  #imports = 0
  #full = false

  constructor(source: FileSource, environment: Environment, faults: FaultList) {
    this.#source = source
    this.#environment = environment
    this.#faults = faults
  }

  addFile(file: string, text: string): void {
    const start = { file, line: 1, column: 1 }
    this.files.add(file)
    if (text.length > limits.fileSize) {
      this.#faults.add('too-large', start, file, { expected: `a file of at most ${limits.fileSize} characters` })
      return
    }
    const words = substitute(lex(text, file, this.#faults), this.#environment, this.#faults)
    this.#addWithin(file, balance(words, this.#faults), start)
  }

  #addWithin(name: string, words: readonly Word[], position: Position): void {
    if (this.#under.includes(name)) {
      const cycle = [...this.#under.slice(this.#under.indexOf(name)), name]
      this.#faults.add('import-cycle', position, name, { suggestion: cycle.join(' imports ') })
    } else if (this.#under.length > limits.importDepth) {
      this.#tooLarge(position, `imports at most ${limits.importDepth} deep`)
    } else {
      this.#under.push(name)
      this.#add(words)
      this.#under.pop()
    }
  }

  #add(words: readonly Word[]): void {
    let i = 0
    while (i < words.length && !this.#full) {
      const word = words[i]
      if (word === undefined) return
      const begins = word.first || i === 0
      const snippet = begins && this.#blockDepth === 0 && isOpen(words[i + 1]) ? snippetName(word) : undefined
      if (snippet !== undefined) {
        const end = closing(words, i + 1)
        this.#define(snippet, word, words.slice(i + 2, end))
        i = end + 1
      } else if (begins && word.text === 'import') {
        const end = endOfLine(words, i + 1)
        this.#import(word, words.slice(i + 1, end), () => words.slice(end))
        i = isOpen(words[end]) ? this.#skipBlock(words, end) : end
      } else {
        if (isOpen(word)) this.#blockDepth += 1
        if (isClose(word)) this.#blockDepth -= 1
        if (this.words.length === limits.words) this.#tooLarge(word.position, `at most ${limits.words} words`)
        else this.words.push(begins ? { ...word, first: true } : word)
        i += 1
      }
    }
  }

  /** Index after a block that has no business behind an import. */
  #skipBlock(words: readonly Word[], open: number): number {
    const position = words[open]?.position
    if (position !== undefined) this.#faults.add('unexpected-block', position, 'import')
    return closing(words, open) + 1
  }

  #define(name: string, word: Word, body: readonly Word[]): void {
    if (this.#snippets.has(name)) this.#faults.add('duplicate-snippet', word.position, name)
    else this.#snippets.set(name, body)
  }

  #import(directive: Word, args: readonly Word[], after: () => readonly Word[]): void {
    const [name, extra] = args
    const { position } = name ?? directive
    if (name === undefined || name.text === '') {
      this.#faults.add('missing-argument', position, 'import', { expected: 'a snippet, a file or a glob' })
      return
    }
    if (extra !== undefined) {
      this.#faults.add('extra-argument', extra.position, extra.text, { inside: 'import', expected: 'one name' })
      return
    }
    if (!this.#count(position)) return
    const snippet = this.#snippets.get(name.text)
    if (snippet !== undefined) {
      this.#addWithin(`(${name.text})`, snippet, position)
      return
    }
    const path = resolveBeside(position.file, name.text)
    if (!isGlob(path)) {
      this.#read(path, name, after)
      return
    }
    const matches = this.#guard(position, path, () => this.#source.glob(path)) ?? []
    if (matches.length === 0) this.#faults.warn(position, `no file matches ${quote(path)}`)
    for (const match of matches) if (this.#count(position)) this.#read(match, name, after)
  }

  #read(path: string, name: Word, after: () => readonly Word[]): void {
    if (this.#full) return
    if (this.#under.includes(path)) {
      this.#addWithin(path, [], name.position)
      return
    }
    const hint = () =>
      after().some((word) => word.first && snippetName(word) === name.text)
        ? `define the snippet (${name.text}) above its first use`
        : didYouMean(name.text, this.#snippets.keys())
    const text = this.#guard(name.position, path, () => this.#source.read(path), hint)
    if (text !== undefined) this.addFile(path, text)
  }

  /** Reading is the caller's: whatever it throws is a fault here. */
  #guard<T>(position: Position, path: string, read: () => T, hint?: () => string | undefined): T | undefined {
    try {
      return read()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return this.#faults.add('unreadable', position, path, { suggestion: hint?.() ?? reason })
    }
  }

  #count(position: Position): boolean {
    this.#imports += 1
    if (this.#imports > limits.imports) this.#tooLarge(position, `at most ${limits.imports} imports`)
    return !this.#full
  }

  #tooLarge(position: Position, expected: string): void {
    this.#full = true
    this.#faults.add('too-large', position, 'the Corefile', { expected })
  }
}

function snippetName(word: Word): string | undefined {
  return word.text.length > 2 && word.text.startsWith('(') && word.text.endsWith(')')
    ? word.text.slice(1, -1)
    : undefined
}

/** Index of the brace that closes the one at `open`: braces are balanced. */
function closing(words: readonly Word[], open: number): number {
  let depth = 0
  for (let i = open; i < words.length; i++) {
    if (isOpen(words[i])) depth += 1
    else if (isClose(words[i])) depth -= 1
    if (depth === 0) return i
  }
  return words.length
}

function endOfLine(words: readonly Word[], from: number): number {
  let end = from
  while (end < words.length && words[end]?.first === false && !isOpen(words[end]) && !isClose(words[end])) {
    end += 1
  }
  return end
}
