/** What was true and when: every answer that a question ever had. An answer that is none of these was never true. */

export interface Question {
  /** Absolute, with its last dot. */
  readonly name: string
  readonly type: 'A' | 'PTR' | 'SRV'
}

/** The rdata of the records of the type that was asked for, sorted, or what there is instead. */
export type Answer = string

export const NXDOMAIN: Answer = 'NXDOMAIN'

export class Truth {
  readonly #ever = new Map<string, { readonly question: Question; readonly answers: Set<Answer>; now: Answer }>()
  #questions: Question[] = []

  /** To be told before it can be seen anywhere. What a question had before it was first told of: that the name does not exist. */
  becomes(question: Question, ...rdata: readonly string[]): void {
    const answer = rdata.length === 0 ? NXDOMAIN : answerOf(rdata)
    const key = keyOf(question)
    const known = this.#ever.get(key)
    if (known === undefined) {
      this.#ever.set(key, { question, answers: new Set([NXDOMAIN, answer]), now: answer })
      this.#questions.push(question)
    } else {
      known.answers.add(answer)
      known.now = answer
    }
  }

  wasTrue(question: Question, answer: Answer): boolean {
    return this.#ever.get(keyOf(question))?.answers.has(answer) ?? false
  }

  isTrue(question: Question, answer: Answer): boolean {
    return this.#ever.get(keyOf(question))?.now === answer
  }

  /** All that were ever told of. */
  get questions(): readonly Question[] {
    return this.#questions
  }
}

export function answerOf(rdata: readonly string[]): Answer {
  return rdata.toSorted().join(', ')
}

export function keyOf({ name, type }: { readonly name: string; readonly type: string }): string {
  return `${name} ${type}`
}
