/** docs/wildcards.md is right: its tables of questions are asked of its cluster. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createResponders, type Responder } from '../conformance/responder.ts'
import { ask } from '../conformance/rows.ts'
import { fencedBlocks, root } from './fenced-blocks.ts'

const PAGE = 'docs/wildcards.md'
const page = readFileSync(join(root, PAGE), 'utf8')
const block = (language: string) => fencedBlocks(language).find(({ place }) => place.startsWith(PAGE))?.text ?? ''

/** `| \`web.*.svc.cluster.local A\` | 10.96.0.1, 10.96.0.3 |` */
const rows = [...page.matchAll(/^\| `(\S+\.\S+) ([A-Z]+)` \| (.*) \|$/gm)].map(
  ([, name = '', type = '', answer = '']) => [name, type, answer],
)

describe(PAGE, () => {
  let responders: readonly Responder[]
  beforeAll(async () => {
    responders = await createResponders(block('corefile'), block('yaml'))
  })

  test.each(rows)('%s %s: %s', async (name = '', type = '', expected = '') => {
    for (const responder of responders) {
      const { rcode, answer } = await ask(responder, `${name}.`, type)
      const data = answer.map((line) => line.replace(/^(\S+ ){4}/, ''))
      const told = data.length > 0 ? data.sort() : [rcode === 'NOERROR' ? 'NODATA' : rcode]
      expect(told).toEqual(expected.split(', ').sort())
    }
  })

  test('it has some', () => expect(rows.length).toBeGreaterThan(15))
})
