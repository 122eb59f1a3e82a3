/**
 * The `errors` plugin: tells what went wrong behind it, one line an error, in CoreDNS's format; errors that match a
 * `consolidate` pattern are counted and told once in a while.
 */
import { nameToText, RCODE, typeToText } from '@zonecast/dns'
import type { Consolidation, ErrorsPlugin } from './block.ts'
import { type Exchange, type Handler, reply } from './exchange.ts'
import type { Surroundings } from './surroundings.ts'

export class ErrorLog {
  readonly #surroundings: Pick<Surroundings, 'writeLine' | 'later'>
  /** How often each pattern has matched since its period began. */
  readonly #counts = new Map<Consolidation, number>()

  constructor(surroundings: Pick<Surroundings, 'writeLine' | 'later'>) {
    this.#surroundings = surroundings
  }

  handler({ consolidate }: ErrorsPlugin): Handler {
    return async (exchange, next) => {
      try {
        return await next(exchange)
      } catch (error) {
        this.#tell(exchange, error instanceof Error ? error.message : String(error), consolidate)
        return reply(exchange, { rcode: RCODE.SERVFAIL })
      }
    }
  }

  #tell({ question }: Exchange, text: string, consolidate: readonly Consolidation[]): void {
    const rule = consolidate.find(({ pattern }) => pattern.test(text))
    const first = rule !== undefined && this.#count(rule)
    if (rule !== undefined && !(first && rule.showFirst)) return
    const name = nameToText(question.qname)
    const line = `plugin/errors: ${RCODE.SERVFAIL} ${name} ${typeToText(question.type)}: ${text}`
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
