import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCorefile } from '@zonecast/corefile'
import { describe, expect, it } from 'vitest'
import { fencedBlocks, root } from './fenced-blocks.ts'

describe('every Corefile in the documentation is one', () => {
  it.each(fencedBlocks('corefile').map(({ place, text }) => [place, text] as const))('%s', (_, text) => {
    expect(parseCorefile(text).blocks).not.toEqual([])
  })

  it.each(globSync('examples/**/Corefile', { cwd: root }))('%s', (file) => {
    expect(parseCorefile(readFileSync(join(root, file), 'utf8')).blocks).not.toEqual([])
  })

  it('the pages have some', () => {
    expect(fencedBlocks('corefile').length).toBeGreaterThan(5)
  })
})
