/**
 * One answer to a scrape, in the text format of Prometheus (version 0.0.4): samples are gathered in any order and come out
 * by metric, in the order of the table.
 */
import { METRICS, type Metric, type MetricName } from './table.ts'

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export interface HistogramValue {
  /** Upper bounds, rising. */
  readonly bounds: readonly number[]
  /** How many values lie up to each bound and above the one before; one more for those above all. */
  readonly counts: readonly number[]
  readonly sum: number
}

type Named<T extends Metric['type']> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never
}[MetricName]

type Labels<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]['labels'][number], string>>

export class Scrape {
  readonly #lines = new Map<MetricName, string[]>()

  add<N extends Named<'counter' | 'gauge'>>(name: N, labels: Labels<N>, value: number): void {
    this.#push(name, name, pairs(METRICS[name].labels, labels), value)
  }

  addHistogram<N extends Named<'histogram'>>(
    name: N,
    labels: Labels<N>,
    { bounds, counts, sum }: HistogramValue,
  ): void {
    const own = pairs(METRICS[name].labels, labels)
    let total = 0
    for (const [at, count] of counts.entries()) {
      total += count
      this.#push(name, `${name}_bucket`, [...own, `le="${showNumber(bounds[at] ?? Number.POSITIVE_INFINITY)}"`], total)
    }
    this.#push(name, `${name}_sum`, own, sum)
    this.#push(name, `${name}_count`, own, total)
  }

  text(): string {
    const names = Object.keys(METRICS) as MetricName[]
    const parts = names.flatMap((name) => {
      const lines = this.#lines.get(name)
      if (lines === undefined) return []
      const { help, type } = METRICS[name]
      return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines]
    })
    return parts.length === 0 ? '' : `${parts.join('\n')}\n`
  }

  #push(metric: MetricName, name: string, labels: readonly string[], value: number): void {
    const lines = this.#lines.get(metric) ?? []
    this.#lines.set(metric, lines)
    lines.push(`${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`} ${showNumber(value)}`)
  }
}

function pairs(names: readonly string[], labels: Readonly<Record<string, string>>): string[] {
  return names.map((name) => `${name}="${escapeValue(labels[name] ?? '')}"`)
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"')
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function showNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}
