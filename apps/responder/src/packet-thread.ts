/** What each packet thread runs: the fast path over its own view of the images. */
import { Answerer, Tally } from '@zonecast/answer'
import { StackReplica, type StackUpdate } from '@zonecast/feed/replica'
import { servePackets } from '@zonecast/transport/packets'
import type { PacketThreadSetup } from './packet-thread-setup.ts'

await servePackets((data, thread) => {
  const { blocks, counts } = data as PacketThreadSetup
  const tally = counts === undefined ? undefined : new Tally(blocks, counts, thread, () => performance.now())
  const answerer = new Answerer(blocks, tally, Date.now)
  const replica = new StackReplica()
  return {
    answer: (query, response, stream, client) => answerer.answer(query, response, stream, client),
    onMessage(message) {
      const update = message as StackUpdate
      answerer.setImages(update.feed, replica.apply(update))
    },
  }
})
