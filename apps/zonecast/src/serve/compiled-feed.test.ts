import { join } from 'node:path'
import { parseCorefile } from '@zonecast/corefile'
import type { ImageStack } from '@zonecast/image'
import { type FeedStanzas, feedsOf } from '@zonecast/responder-app'
import { expect, test } from 'vitest'
import { openLog } from '../log/log.ts'
import { CompiledFeed } from './compiled-feed.ts'

const demo = join(import.meta.dirname, '../../../../examples/demo')

test('whoever asks late is given the images that came before', async () => {
  const text = '. {\n kubernetes cluster.local {\n manifests cluster/*.yaml\n }\n}'
  const { blocks } = parseCorefile(text, { file: join(demo, 'Corefile') })
  const failures: Error[] = []
  const log = openLog('serve', { form: 'text', nowMs: () => 0, write: (line) => void failures.push(new Error(line)) })
  const feed = new CompiledFeed(feedsOf(blocks)[0] as FeedStanzas, log, (error) => failures.push(error))
  try {
    let given: ImageStack = []
    // Nobody listens between two questions.
    const ask = () => {
      feed.onImages((images) => {
        given = images
      })
      feed.onImages(() => {})
      return given.length
    }
    await expect.poll(ask, { timeout: 20_000 }).toBe(1)
    expect(given[0]?.stanzas[0]?.zones.map(({ name }) => name)).toEqual(['cluster.local'])
    expect(failures).toEqual([])
  } finally {
    await feed.close()
  }
})
