import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NAME_PROBLEMS } from '@zonecast/compile'
import { expect, test } from 'vitest'
import { checkPage } from './check-page.ts'
import { fencedBlocks, root } from './fenced-blocks.ts'

checkPage('docs/names.md', 'examples/names/cluster.yaml')

test('the page has a row for each code of a problem with names', () => {
  const page = readFileSync(join(root, 'docs/names.md'), 'utf8')
  const codes = [...page.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, code]) => code)
  expect(codes).toEqual(NAME_PROBLEMS)
})

test('check warns of what the page says', async () => {
  const program = join(root, 'apps/zonecast/bin/zonecast.js')
  const args = [program, 'check', '-conf', 'examples/names/Corefile']
  const { stderr } = await promisify(execFile)(join(root, 'node_modules/.bin/node'), args, { cwd: root })
  const page = fencedBlocks('').filter(({ place }) => place.startsWith('docs/names.md:'))
  expect(page.map(({ text }) => text)).toEqual([stderr])
})
