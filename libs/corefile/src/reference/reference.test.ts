import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { directiveNames, directives } from '../directives/index.ts'
import { parseCorefile } from '../parse.ts'
import { referencePage } from './reference.ts'

const page = readFileSync(new URL('../../../../docs/corefile.md', import.meta.url), 'utf8')

test('docs/corefile.md is what the tables say: npm run reference --workspace libs/corefile', () => {
  expect(page).toBe(referencePage())
})

describe('every Corefile on the page can be read', () => {
  const examples = [...page.matchAll(/^~~~corefile\n([\s\S]*?)^~~~$/gm)].map((match) => match[1] ?? '')

  test.each(examples)('%s', (example) => {
    expect(parseCorefile(example).warnings).toEqual([])
  })

  test('each directive has one', () => {
    for (const name of directiveNames) {
      expect(directives[name].examples.join('\n'), name).toMatch(new RegExp(`^ *${name}\\b`, 'm'))
    }
    expect(examples.length).toBeGreaterThan(directiveNames.length)
  })
})
