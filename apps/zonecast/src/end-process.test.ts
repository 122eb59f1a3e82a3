/** Whatever holds it, a process that has done its work ends. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const MODULE = JSON.stringify(new URL('end-process.ts', import.meta.url))
const BIN = fileURLToPath(new URL('../../../node_modules/.bin/', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zonecast-end-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** `holding`: a program that would go on. @returns its exit code */
function codeOf(runtime: string, holding: string): number | null {
  const program = `${holding}\nimport(${MODULE}).then(({ endProcess }) => { console.log('done'); endProcess(3) })`
  const { status, stdout } = spawnSync(join(BIN, runtime), ['-e', program], { encoding: 'utf8', timeout: 30_000 })
  expect(stdout).toBe('done\n')
  return status
}

test.each(['node', 'bun'])('%s, held by a timer', { timeout: 40_000 }, (runtime) => {
  expect(codeOf(runtime, 'setInterval(() => {}, 1000)')).toBe(3)
})

test.each(['node', 'bun'])('%s, held by a thread that waits for ever', { timeout: 40_000 }, (runtime) => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(codeOf(runtime, `require('node:fs').open(${JSON.stringify(pipe)}, () => {})`)).toBe(3)
})

test.each(['node', 'bun'])('%s, held by nothing', { timeout: 40_000 }, (runtime) => {
  expect(codeOf(runtime, '')).toBe(3)
})
