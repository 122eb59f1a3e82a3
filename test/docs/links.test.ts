import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './fenced-blocks.ts'

describe('links between pages lead somewhere', () => {
  it.each(globSync(['*.md', 'docs/**/*.md'], { cwd: root }))('%s', (page) => {
    const links = readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)
    const broken = [...links]
      .map(([, link = '']) => join(dirname(page), link))
      .filter((file) => !existsSync(join(root, file)))
    expect(broken).toEqual([])
  })
})
