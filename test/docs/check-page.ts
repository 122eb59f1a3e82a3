/**
 * What a page says that names answer, they answer: each block of answers is asked of the Corefile above it, and each
 * explanation is what the command above it prints.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createResponders } from '../conformance/responder.ts'
import { ask } from '../conformance/rows.ts'
import { fencedBlocks, root } from './fenced-blocks.ts'

const run = promisify(execFile)

/** @param manifestsFile what `cluster.yaml` stands for in the page's Corefiles */
export function checkPage(page: string, manifestsFile: string): void {
  const manifests = readFileSync(join(root, manifestsFile), 'utf8')
  const ofPage = (language: string) => fencedBlocks(language).filter(({ place }) => place.startsWith(`${page}:`))
  const corefiles = ofPage('corefile')
  const lineOf = ({ place }: { readonly place: string }) => Number(place.split(':')[1])

  describe.each(ofPage('answers').map((block) => [block.place, block] as const))('%s', (_, block) => {
    const corefile = corefiles.findLast((each) => lineOf(each) < lineOf(block))?.text ?? ''
    const rows = block.text
      .trimEnd()
      .split('\n')
      .map((line) => /^(\S+) (\S+) +(.+)$/.exec(line)?.slice(1) ?? [line])

    test.each(rows)('%s %s', async (name = '', type = '', expected = '') => {
      for (const responder of await createResponders(corefile, manifests)) {
        const { rcode, answer } = await ask(responder, `${name}.`, type)
        const data = answer.map((line) => line.split(' ').slice(3))
        const texts = data.map(([of, ...rest]) => [...(of === type ? [] : [of]), ...rest].join(' '))
        const said = rcode !== 'NOERROR' ? rcode : texts.length === 0 ? 'NODATA' : texts.join(', ')
        expect(`${responder.name}: ${said}`).toBe(`${responder.name}: ${expected}`)
      }
    })
  })

  test('the page has answers', () => expect(ofPage('answers').length).toBeGreaterThan(2))

  describe.each(ofPage('explained').map((block) => [block.place, block] as const))('%s', (_, block) => {
    test('is what check says', async () => {
      const command =
        ofPage('sh')
          .findLast((each) => lineOf(each) < lineOf(block))
          ?.text.trim() ?? ''
      const [npx, name, ...args] = command.split(' ')
      expect([npx, name]).toEqual(['npx', 'zonecast'])
      const program = join(root, 'apps/zonecast/bin/zonecast.js')
      const { stdout } = await run(join(root, 'node_modules/.bin/node'), [program, ...args], { cwd: root })
      expect(stdout).toBe(block.text)
    })
  })
}
