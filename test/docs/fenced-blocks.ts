/** The fenced code blocks of a Markdown page, by the word behind the fence. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface FencedBlock {
  /** Where it begins: `docs/manifests.md:12`. */
  readonly place: string
  readonly language: string
  readonly text: string
}

export const root = join(import.meta.dirname, '../..')

/** Those of the pages that people read. */
export function fencedBlocks(language: string): FencedBlock[] {
  return globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md'], { cwd: root })
    .sort()
    .flatMap((page) => blocksOf(page, readFileSync(join(root, page), 'utf8')))
    .filter((block) => block.language === language)
}

function blocksOf(page: string, text: string): FencedBlock[] {
  const fence = /^```(\w*)\n([\s\S]*?)^```$/gm
  return [...text.matchAll(fence)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length}`,
    language: match[1] ?? '',
    text: match[2] ?? '',
  }))
}
