/** What the table of failures in docs/feed.md says is shown by a test of that name. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

const section = readFileSync(join(ROOT, 'docs/feed.md'), 'utf8')
  .split(/^## /m)
  .find((text) => text.startsWith('When something fails'))
const events = Array.from(section?.matchAll(/^\| ([^|]+?) \|/gm) ?? [], ([, event = '']) => event).slice(1)
const titles = globSync(['{libs,apps}/*/src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: ROOT }).flatMap((file) =>
  Array.from(readFileSync(join(ROOT, file), 'utf8').matchAll(/\btest\((['"])(.*?)\1, /g), ([, , title]) => title),
)

test('the table has its lines', () => expect(events.length).toBeGreaterThan(30))

test.each(events)('%s', (event) => expect(titles).toContain(event))
