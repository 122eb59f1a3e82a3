/** What commands load before they are asked for it: start times hang on it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { root } from '../docs/fenced-blocks.ts'

const run = promisify(execFile)

const script = (file: string) => `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
await import(${JSON.stringify(join(root, 'apps/zonecast/src', file))})
console.log(JSON.stringify(loaded))
process.exit()
`

it.each(['respond.ts', 'serve/serve.ts', 'sync.ts'])('%s loads nothing of BullMQ and the board', async (file) => {
  const node = join(root, 'node_modules/.bin/node')
  const { stdout } = await run(node, ['--input-type=module', '-e', script(file)], { cwd: root })
  const loaded: string[] = JSON.parse(stdout)
  expect(loaded.some((url) => url.endsWith(file))).toBe(true)
  expect(loaded.filter((url) => /bullmq|bull-board/.test(url))).toEqual([])
})
