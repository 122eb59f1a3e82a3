/**
 * A publisher in a process of its own, to be stopped and killed. Publishes one change after another and prints a line for each:
 * `lead EPOCH-N`, `published N`, `standby`.
 *
 *     node publisher-process.ts URL NAME
 */
import { TestWorker } from './redis-feed.ts'

const [url = '', name = ''] = process.argv.slice(2)
const worker = new TestWorker(url, name === 'default-timing' ? { name, timing: {} } : { name })
worker.publisher.seekLease()
process.on('SIGTERM', async () => {
  await worker.close()
  process.exit(0)
})
let led = 0
for (let n = 1; ; n++) {
  await new Promise((resolve) => setTimeout(resolve, 5))
  if (worker.leads.length > led) {
    led = worker.leads.length
    console.log(`lead ${worker.leads.at(-1)?.position}`)
  }
  const outcome = await worker.change({ web: n % 200, [name]: n % 200 })
  console.log(outcome === 'published' ? `published ${n}` : outcome)
}
