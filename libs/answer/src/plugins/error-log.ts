/**
 * The `errors` plugin: tells what went wrong behind it, one line an error, in CoreDNS's format; errors that match a
 * `consolidate` pattern are counted and told once in a while.
 */
import { nameToText, RCODE, typeToText } from '@zonecast/dns'
import type { Consolidation, ErrorsPlugin } from '../block.ts'
import { AnswerError } from '../errors.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Exchange, type Handler, reply } from './exchange.ts'

/** The innermost ones say most. */
const FRAMES_MAX = 12

export class ErrorLog {
  readonly #surroundings: Pick<Surroundings, 'writeLine' | 'later'>
  /** How often each pattern has matched since its period began. */
  readonly #counts = new Map<Consolidation, number>()

  constructor(surroundings: Pick<Surroundings, 'writeLine' | 'later'>) {
    this.#surroundings = surroundings
  }

  handler({ consolidate, stacktrace }: ErrorsPlugin): Handler {
    return async (exchange, next) => {
      try {
        return await next(exchange)
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        const isForeseen = error instanceof AnswerError
        this.#tell(exchange, text, stacktrace && !isForeseen ? framesOf(error) : '', consolidate)
        exchange.writer.plugin = ''
        return reply(exchange, { rcode: RCODE.SERVFAIL })
      }
    }
  }

  #tell({ question }: Exchange, text: string, frames: string, consolidate: readonly Consolidation[]): void {
    const rule = consolidate.find(({ pattern }) => pattern.test(text))
    const first = rule !== undefined && this.#count(rule)
    if (rule !== undefined && !(first && rule.showFirst)) return
    const name = nameToText(question.qname)
    const line = `plugin/errors: ${RCODE.SERVFAIL} ${name} ${typeToText(question.type)}: ${text}${frames}`
    this.#surroundings.writeLine(rule?.level ?? 'error', line)
  }

  /** @returns true for the first of a period. */
  #count(rule: Consolidation): boolean {
    const count = this.#counts.get(rule) ?? 0
    this.#counts.set(rule, count + 1)
    if (count > 0) return false
    this.#surroundings.later(rule.periodMs, () => {
      const total = this.#counts.get(rule) ?? 0
      this.#counts.delete(rule)
      const already = rule.showFirst ? 1 : 0
      if (total <= already) return
      const line = `plugin/errors: ${total} errors like '${rule.pattern.source}' occurred in last ${rule.periodMs / 1000}s`
      this.#surroundings.writeLine(rule.level, line)
    })
    return true
  }
}

/** Where an error arose, innermost first, on the same line: a log has one line for an event. */
function framesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frames = stack.split('\n').flatMap((line) => /^\s*at (.*:\d+:\d+\)?)$/.exec(line)?.[1] ?? [])
  return frames.length === 0 ? '' : `; at ${frames.slice(0, FRAMES_MAX).join(' < ')}`
}
