/** Runs wildcard-process.ts, each runtime in a fresh process, and tells what came of it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Aim } from './aims.ts'
import type { Runtime } from './servers.ts'
import { hits, kinds, type WildcardFigures, type WildcardMeasurement, type WildcardTimes } from './wildcard-figures.ts'

const run = promisify(execFile)
const program = join(import.meta.dirname, 'wildcard-process.ts')

export async function measureWildcards(runtime: Runtime, services: number, seed: number): Promise<WildcardFigures> {
  const { stdout } = await run(runtime, [program, String(services), String(seed)])
  return { runtime: runtime === 'bun' ? 'Bun' : 'Node', services, ...(JSON.parse(stdout) as WildcardMeasurement) }
}

/** Head and rows of the table: finding, and in brackets the whole answer. */
export function wildcardTable(figures: readonly WildcardFigures[]): {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
} {
  const columns = figures.flatMap((each) => hits.map((count) => ({ each, count })))
  return {
    heads: ['', ...columns.map(({ each, count }) => `${each.runtime}, ${count} found`)],
    rows: kinds.map((kind) => [
      kind,
      ...columns.map(({ each, count }) => {
        const times = timesOf(each, kind, count)
        return `${times?.finding.toFixed(1)} (${times?.answering.toFixed(1)})`
      }),
    ]),
  }
}

/** Without the option and with it. */
export function wildcardCosts(figures: readonly WildcardFigures[]): {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
} {
  const pair = (off: number, on: number, digits: number) => `${off.toFixed(digits)} → ${on.toFixed(digits)}`
  return {
    heads: ['', ...figures.map(({ runtime }) => runtime)],
    rows: [
      ['answer to a name that exists, µs', ...figures.map((each) => pair(each.knownOff, each.knownOn, 2))],
      ['answer to a name that does not, µs', ...figures.map((each) => pair(each.missingOff, each.missingOn, 2))],
      ['building the image, ms', ...figures.map((each) => pair(each.buildMs, each.buildWithMs, 0))],
      ['octets a service', ...figures.map((each) => `+ ${each.octetsPerService.toFixed(1)}`)],
    ],
  }
}

export function wildcardAims(figures: readonly WildcardFigures[]): Aim[] {
  return figures.flatMap((each): Aim[] => {
    const most = Math.max(...kinds.map((kind) => timesOf(each, kind, 100)?.finding ?? Number.NaN))
    const what = `wildcards, ${each.services.toLocaleString('en')} services, ${each.runtime}`
    return [
      { what: `${what}: 100 found`, direction: 'most', limit: 5, unit: 'µs', measured: most },
      {
        what: `${what}: indexes`,
        direction: 'most',
        limit: 50,
        unit: 'octets a service',
        measured: each.octetsPerService,
      },
    ]
  })
}

function timesOf({ answers }: WildcardFigures, kind: string, count: number): WildcardTimes | undefined {
  return answers.find((each) => each.kind === kind && each.count === count)
}
