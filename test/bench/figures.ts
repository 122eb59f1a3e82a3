/** What a run of the benchmark found out, as plain data: made by main.ts, told by report.ts. */
import type { ApiLoad } from './api-load.ts'
import type { Figures } from './compare.ts'
import type { Propagation } from './propagation.ts'
import type { Recompile } from './recompile.ts'
import type { ResponderFigures } from './responder-runs.ts'
import type { StartUp } from './start-up.ts'
import type { SyncFigures } from './sync-runs.ts'
import type { WildcardFigures } from './wildcard-figures.ts'

/** What compile-process.ts prints when it compiles objects in memory. Medians of several processes. */
export interface MemoryFigures {
  /** From slim objects in memory to the image. */
  readonly compileMs: number
  readonly imageOctets: number
  /** Reading the image's file and checking it. */
  readonly loadMs: number
  /** One change of a service with 3 endpoints: from the object to the delta. */
  readonly deltaMicroseconds: number
  readonly deltaOctets: number
  /** The same of a ClusterIP service with 1,000 endpoints. */
  readonly largeDeltaMicroseconds: number
  readonly largeDeltaOctets: number
  /** The same of a headless service whose 1,000 endpoints have hostnames. */
  readonly hostnamesDeltaMicroseconds: number
  readonly hostnamesDeltaOctets: number
}

/** What it prints when it compiles JSON files. */
export interface FileFigures {
  readonly jsonOctets: number
  /** From the files to the image. */
  readonly fromJsonMs: number
  /** The process's peak resident set. */
  readonly peakOctets: number
}

export interface CompileFigures extends MemoryFigures, FileFigures {
  readonly runtime: string
  readonly services: number
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
  readonly wildcards: readonly WildcardFigures[]
  readonly propagation: readonly Propagation[]
  readonly responders: readonly ResponderFigures[]
  readonly sync: readonly SyncFigures[]
  readonly apiLoad: { readonly services: number; readonly rows: readonly ApiLoad[] }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
