/** What a question with wildcards asks for: names of services, in one namespace or in all. Overwritten for each reading. */
import type { Work } from '../lookup/find.ts'
import type { QueryName } from '../query-name.ts'
import { Glob, QUESTION_MARK, STAR } from './glob.ts'
import { compareOctets } from './wildcard-index.ts'

/**
 * any: every service. exact: the name itself. label: some label of the name is as the pattern says. labels: each of as many
 * labels is. part: some label holds the text.
 */
export type NamePattern = 'any' | 'exact' | 'label' | 'labels' | 'part'

/** A text that the octets of every name looked for hold: [from, to) of the question. */
export interface Literal {
  from: number
  to: number
  /** It begins a label, the first one or a later one or any. */
  begins: 'first' | 'later' | 'any' | 'no'
  /** It ends a label. */
  ends: boolean
  /** Whatever holds it is looked for. */
  isAll: boolean
}

const ANY = new TextEncoder().encode('any')
/** Of the labels of one name; the rest of more is not looked at before a name is compared with the whole pattern. */
const LITERALS_MOST = 8

export function isAnyLabel(name: QueryName, label: number): boolean {
  return isStarLabel(name, label) || name.labelIs(label, ANY)
}

function isStarLabel(name: QueryName, label: number): boolean {
  return name.length(label) === 1 && name.view.getUint8(name.start(label) + 1) === STAR
}

/** True when a label holds `*` or `?`. */
export function isGlob(name: QueryName, label: number): boolean {
  const start = name.start(label) + 1
  const end = start + name.length(label)
  for (let at = start; at < end; at++) if (isWild(name.view.getUint8(at))) return true
  return false
}

function isWild(octet: number): boolean {
  return octet === STAR || octet === QUESTION_MARK
}

export class Pattern {
  kind: NamePattern = 'any'
  name: QueryName | undefined
  /** Labels of `name` that stand for the service. */
  from = 0
  to = 0
  /** The namespace's label in wire form; undefined: all namespaces. */
  namespace: DataView | undefined
  namespaceAt = 0
  readonly literals: readonly Literal[] = Array.from({ length: LITERALS_MOST }, () => ({
    from: 0,
    to: 0,
    begins: 'no' as const,
    ends: false,
    isAll: false,
  }))
  literalCount = 0
  /** Of the labels, or of the one label or part; made when the first name is compared. */
  readonly #first = new Glob()
  readonly #globs: Glob[] = [this.#first]
  #globCount = 0

  set(kind: NamePattern, name: QueryName, from: number, to: number): void {
    this.kind = kind
    this.name = name
    this.from = from
    this.to = to
    this.literalCount = 0
    this.#globCount = 0
    if (kind === 'part') this.#add(name.start(from) + 1, name.start(to), 'no', false, true)
    if (kind === 'label' || kind === 'labels') for (let label = from; label < to; label++) this.#readLiterals(label)
  }

  #readLiterals(label: number): void {
    const { name, kind, from } = this
    if (name === undefined || isAnyLabel(name, label)) return
    const start = name.start(label) + 1
    const end = start + name.length(label)
    const begins = kind === 'label' ? 'any' : label === from ? 'first' : 'later'
    for (let at = start; at < end; at++) {
      if (isWild(name.view.getUint8(at))) continue
      const first = at
      while (at < end && !isWild(name.view.getUint8(at))) at += 1
      const isAll = kind === 'label' && isStars(name.view, start, first) && isStars(name.view, at, end)
      this.#add(first, at, first === start ? begins : 'no', at === end, isAll)
    }
  }

  #add(from: number, to: number, begins: Literal['begins'], ends: boolean, isAll: boolean): void {
    const literal = this.literals[this.literalCount]
    if (literal === undefined) return
    literal.from = from
    literal.to = to
    literal.begins = begins
    literal.ends = ends
    literal.isAll = isAll
    this.literalCount += 1
  }

  /**
   * True when the name at `at`, in wire form with the number of its octets before it, is one that is looked for.
   * @param known octets that the first label is known to begin with as the pattern does
   * @param work less by what was compared
   */
  matches(view: DataView, at: number, known: number, work: Work): boolean {
    const { kind, name } = this
    if (kind === 'any' || name === undefined) return true
    const octets = view.getUint8(at - 1)
    if (kind === 'exact') {
      const start = name.start(this.from)
      work.left -= octets
      return compareOctets(view, at, octets, name.view, start, name.start(this.to) - start) === 0
    }
    if (this.#globCount === 0) this.#readGlobs(name)
    const globs = this.#globs
    const end = at + octets
    if (kind !== 'labels') {
      const glob = this.#first
      const first = at + 1 + view.getUint8(at)
      if (glob.matches(view, at + 1, first, known, work)) return true
      for (let its = first; its < end; ) {
        const labelEnd = its + 1 + view.getUint8(its)
        if (glob.matches(view, its + 1, labelEnd, 0, work)) return true
        its = labelEnd
      }
      return false
    }
    let label = 0
    for (let its = at; its < end; label++) {
      const labelEnd = its + 1 + view.getUint8(its)
      if (label >= this.#globCount) return false
      if (!(globs[label] as Glob).matches(view, its + 1, labelEnd, its === at ? known : 0, work)) return false
      its = labelEnd
    }
    return label === this.#globCount
  }

  #readGlobs(name: QueryName): void {
    for (let label = this.from; label < this.to; label++) {
      this.#globs[this.#globCount] ??= new Glob()
      const glob = this.#globs[this.#globCount] as Glob
      this.#globCount += 1
      const start = name.start(label) + 1
      if (this.kind === 'part') glob.readPart(name.view, start, name.start(label + 1))
      else if (isAnyLabel(name, label)) glob.readAny()
      else glob.read(name.view, start, name.start(label + 1))
    }
  }
}

function isStars(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (view.getUint8(at) !== STAR) return false
  return true
}
