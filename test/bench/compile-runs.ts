/** Runs compile-process.ts several times, each in a fresh process, so that no run is warmed or burdened by another. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ClusterShape } from './cluster.ts'
import { type CompileFigures, type FileFigures, type MemoryFigures, median } from './figures.ts'
import type { Runtime } from './servers.ts'

const run = promisify(execFile)
const program = join(import.meta.dirname, 'compile-process.ts')

export async function measureCompile(
  runtime: Runtime,
  { services, seed }: ClusterShape,
  cluster: string,
  rounds: number,
): Promise<CompileFigures> {
  const medians = async <F extends MemoryFigures | FileFigures>(step: 'memory' | 'files'): Promise<F> => {
    const rows: Record<string, number>[] = []
    for (let round = 0; round < rounds; round++) {
      const { stdout } = await run(runtime, [program, step, String(services), String(seed), cluster])
      rows.push(JSON.parse(stdout) as Record<string, number>)
    }
    const keys = Object.keys(rows[0] ?? {})
    return Object.fromEntries(
      keys.map((key) => [key, median(rows.map((row) => row[key] ?? Number.NaN))]),
    ) as unknown as F
  }
  const memory = await medians<MemoryFigures>('memory')
  const files = await medians<FileFigures>('files')
  return { runtime: runtime === 'bun' ? 'Bun' : 'Node', services, ...memory, ...files }
}
