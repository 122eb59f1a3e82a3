import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { checkPage } from './check-page.ts'
import { fencedBlocks, root } from './fenced-blocks.ts'

checkPage('docs/names.md', 'examples/names/cluster.yaml')

test('check warns of what the page says', async () => {
  const program = join(root, 'apps/zonecast/bin/zonecast.js')
  const args = [program, 'check', '-conf', 'examples/names/Corefile']
  const { stderr } = await promisify(execFile)(join(root, 'node_modules/.bin/node'), args, { cwd: root })
  const page = fencedBlocks('').filter(({ place }) => place.startsWith('docs/names.md:'))
  expect(page.map(({ text }) => text)).toEqual([stderr])
})
