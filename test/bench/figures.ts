/** What a run of the benchmark found out, as plain data: made by main.ts, told by report.ts. */
import type { Figures } from './compare.ts'
import type { Recompile } from './recompile.ts'
import type { StartUp } from './start-up.ts'

/** Of one size and runtime; times in milliseconds unless named otherwise. */
export interface CompileFigures {
  readonly runtime: string
  readonly services: number
  /** Of the JSON files. */
  readonly jsonOctets: number
  /** From slim objects in memory to the image. */
  readonly compileMs: number
  /** From the JSON files to the image. */
  readonly fromJsonMs: number
  /** The process's peak resident set while it did the latter. */
  readonly peakOctets: number
  readonly imageOctets: number
  /** Reading the file, its checksum, and the first lookup. */
  readonly loadMs: number
  /** One change of a service with 3 endpoints, and of one with 1,000. */
  readonly delta: DeltaFigures
  readonly largeDelta: DeltaFigures
}

export interface DeltaFigures {
  readonly microseconds: number
  readonly octets: number
}

export interface Results {
  readonly date: string
  readonly machine: string
  readonly quick: boolean
  /** Name and version of each program. */
  readonly versions: readonly (readonly [string, string])[]
  readonly udp: ReadonlyMap<number, readonly Figures[]>
  readonly doh: ReadonlyMap<number, readonly Figures[]>
  readonly startUp: { readonly services: number; readonly rows: readonly StartUp[] }
  readonly recompile: { readonly services: number; readonly rows: readonly Recompile[] }
  readonly compile: readonly CompileFigures[]
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
