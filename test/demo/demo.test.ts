import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fencedBlocks, root } from '../docs/fenced-blocks.ts'
import { type Demo, shell, startDemo } from './demo-process.ts'

const run = promisify(execFile)

/** What each of the five commands shows, in their order. */
const shows: readonly (readonly RegExp[])[] = [
  [/status: NOERROR/, /web\.shop\.svc\.cluster\.local\.\s+30\s+IN\s+A\s+10\.96\.112\.40/],
  [/ANSWER: 3/, /A\s+10\.244\.1\.34/, /A\s+10\.244\.2\.37/, /A\s+10\.244\.3\.40/],
  [/SRV\s+0 \d+ 80 web\.shop\.svc\.cluster\.local\./, /ADDITIONAL SECTION[\s\S]*A\s+10\.96\.112\.40/],
  [/PTR\s+postgres-1\.postgres\.data\.svc\.cluster\.local\./],
  [/"Status":\s*0/, /postgres-rw\.data\.svc\.cluster\.local/, /10\.96\.77\.5/],
]

describe.each(['node', 'bun'] as const)('script/demo on %s', (runtime) => {
  let demo: Demo
  beforeAll(async () => {
    demo = await startDemo('script/demo', runtime, 45_000)
  }, 60_000)
  afterAll(() => demo?.stop('SIGTERM'))

  it('prints five commands', () => expect(demo.commands).toHaveLength(shows.length))

  it.each(shows.map((patterns, index) => [index + 1, patterns] as const))(
    'command %i shows it',
    async (number, patterns) => {
      const output = await shell(demo.commands[number - 1] ?? 'false')
      for (const pattern of patterns) expect(output).toMatch(pattern)
    },
  )

  it('answers kdig over HTTPS, as it says', async () => {
    expect(await shell('kdig @127.0.0.1 -p 8443 +https web.shop.svc.cluster.local +short')).toBe('10.96.112.40\n')
  })

  it('says which port is taken', async () => {
    await expect(run('script/demo', [runtime], { cwd: root })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('UDP port 5300 of 127.0.0.1 is taken'),
    })
  })

  // What needs a cluster or does not end by itself is only read.
  const readOnly =
    /^(kubectl|script\/|redis-server|dig .* 5301|(\w+=\S+ )*(docker |npx zonecast (sync|respond|serve)))/m
  describe('the commands of the documentation', () => {
    it.each(fencedBlocks('sh').map(({ place, text }) => [place, text] as const))('%s', async (_, text) => {
      await shell(readOnly.test(text) ? `bash -n <<'EOF'\n${text}\nEOF` : text)
    })
  })

  it('ends well on Ctrl-C', async () => expect(await demo.stop('SIGINT')).toBe(0))
})
