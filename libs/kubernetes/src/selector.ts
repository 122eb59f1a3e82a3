/**
 * Label selectors as the API server and `kubectl -l` read them: `app=web,tier!=db,env in (prod,stage),!legacy`.
 * Requirements are joined by commas and must all hold. As in Kubernetes, `!=` and `notin` also hold for an object that
 * does not have the label at all, and an empty value is a value.
 */

import { KubernetesError } from './errors.ts'
import type { Labels } from './objects.ts'

export interface Selector {
  /** As it was written. */
  readonly text: string
  readonly matches: (labels: Labels) => boolean
  /** The label keys it looks at, each once: all that needs to be kept of an object's labels. */
  readonly keys: readonly string[]
}

type Requirement =
  | { readonly key: string; readonly operator: 'exists' | 'absent' }
  | { readonly key: string; readonly operator: 'in' | 'notin'; readonly values: readonly string[] }

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const PREFIX = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/
const TOKEN = /\s*(?:([A-Za-z0-9_./-]+)|(==|!=|[=!(),])|(\S)|$)/y

interface Token {
  /** The word or sign; '' at the end. */
  readonly text: string
  readonly kind: 'word' | 'sign' | 'end'
  /** From 0. */
  readonly offset: number
}

/** Throws `selector-syntax` with the column of what is wrong. An empty expression matches everything. */
export function parseSelector(expression: string): Selector {
  const requirements = new SelectorParser(expression).requirements()
  return {
    text: expression,
    keys: [...new Set(requirements.map((requirement) => requirement.key))],
    matches: (labels) => requirements.every((requirement) => holds(requirement, labels)),
  }
}

function holds(requirement: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined
  switch (requirement.operator) {
    case 'exists':
      return value !== undefined
    case 'absent':
      return value === undefined
    case 'in':
      return value !== undefined && requirement.values.includes(value)
    case 'notin':
      return value === undefined || !requirement.values.includes(value)
  }
}

class SelectorParser {
  readonly #text: string
  #next: Token

  constructor(text: string) {
    this.#text = text
    this.#next = this.#tokenAt(0)
  }

  requirements(): Requirement[] {
    const all: Requirement[] = []
    if (this.#next.kind === 'end') return all
    do all.push(this.#requirement())
    while (this.#takeComma())
    return all
  }

  #takeComma(): boolean {
    const token = this.#take()
    if (token.text !== ',' && token.kind !== 'end') throw this.#fault(token, 'a comma or the end')
    return token.text === ','
  }

  #take(): Token {
    const token = this.#next
    this.#next = this.#tokenAt(token.offset + token.text.length)
    return token
  }

  #tokenAt(offset: number): Token {
    TOKEN.lastIndex = offset
    const found = TOKEN.exec(this.#text)
    const [, word, sign, other] = found ?? []
    const text = word ?? sign ?? other ?? ''
    const kind = word !== undefined ? 'word' : text === '' ? 'end' : 'sign'
    return { text, kind, offset: TOKEN.lastIndex - text.length }
  }

  #requirement(): Requirement {
    if (this.#next.text === '!') {
      this.#take()
      return { key: this.#key(), operator: 'absent' }
    }
    const key = this.#key()
    if (this.#next.kind === 'end' || this.#next.text === ',') return { key, operator: 'exists' }
    const operator = this.#take()
    switch (operator.text) {
      case '=':
      case '==':
        return { key, operator: 'in', values: [this.#value()] }
      case '!=':
        return { key, operator: 'notin', values: [this.#value()] }
      case 'in':
      case 'notin':
        return { key, operator: operator.text, values: this.#values() }
      default:
        throw this.#fault(operator, '=, ==, !=, in, notin, a comma or the end')
    }
  }

  #key(): string {
    const token = this.#take()
    if (token.kind !== 'word') throw this.#fault(token, 'a label key')
    const slash = token.text.indexOf('/')
    const isValid = NAME.test(token.text.slice(slash + 1)) && (slash < 0 || PREFIX.test(token.text.slice(0, slash)))
    if (!isValid) throw this.#fault(token, 'a label key: [PREFIX/]NAME')
    return token.text
  }

  /** A value may be empty: `a=`, `a in (x,)`. */
  #value(): string {
    if (this.#next.kind !== 'word') {
      if (this.#next.kind === 'end' || this.#next.text === ',' || this.#next.text === ')') return ''
      throw this.#fault(this.#next, 'a label value')
    }
    const token = this.#take()
    if (!NAME.test(token.text))
      throw this.#fault(token, 'a label value of at most 63 letters, digits, "-", "_" and "."')
    return token.text
  }

  #values(): string[] {
    const open = this.#take()
    if (open.text !== '(') throw this.#fault(open, '"(" and a list of values')
    if (this.#next.text === ')') throw this.#fault(this.#next, 'a label value')
    const values: string[] = []
    for (;;) {
      values.push(this.#value())
      const token = this.#take()
      if (token.text === ')') return values
      if (token.text !== ',') throw this.#fault(token, 'a comma or ")"')
    }
  }

  #fault(token: Token, expected: string): KubernetesError {
    const found = token.kind === 'end' ? 'the end' : JSON.stringify(token.text)
    return new KubernetesError('selector-syntax', { column: token.offset + 1 }, `found ${found}, expected ${expected}`)
  }
}
