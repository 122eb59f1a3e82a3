/** What each packet thread runs: the fast path over its own view of the images. */
import { Answerer, type Block } from '@zonecast/answer'
import { StackReplica, type StackUpdate } from '@zonecast/feed/replica'
import { servePackets } from '@zonecast/transport/packets'

await servePackets((blocks) => {
  const answerer = new Answerer(blocks as readonly Block[])
  const replica = new StackReplica()
  return {
    answer: (query, response, stream) => answerer.answer(query, response, stream),
    onMessage(message) {
      const update = message as StackUpdate
      answerer.setImages(update.feed, replica.apply(update))
    },
  }
})
