/** Images from a hostile hand, with a right checksum: whatever they claim, each question gets an answer or SERVFAIL. */
import { createHash } from 'node:crypto'
import { servedZones, zoneRecords } from '@zonecast/answer'
import { ImageError, type ImageStack, loadImage } from '@zonecast/image'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeQuestion } from './reply.ts'
import { createResponders, OWN, type Responder } from './responder.ts'
import { CLUSTER, corefile } from './rows.ts'

const NAMES = [
  'web.shop.svc.cluster.local.',
  'named.web.shop.svc.cluster.local.',
  '10-244-0-10.web.shop.svc.cluster.local.',
  '_http._tcp.web.shop.svc.cluster.local.',
  '_tcp.db.data.svc.cluster.local.',
  'db.data.svc.cluster.local.',
  '_sql._tcp.db.data.svc.cluster.local.',
  'db-0.db.data.svc.cluster.local.',
  'bare.data.svc.cluster.local.',
  'chain.shop.svc.cluster.local.',
  '10-244-0-10.shop.pod.cluster.local.',
  'dns-version.cluster.local.',
  'cluster.local.',
  '*.shop.svc.cluster.local.',
  'web.*.svc.cluster.local.',
  '*.*.*.*.svc.cluster.local.',
  '*.db.*.svc.cluster.local.',
  '*b*.*.svc.cluster.local.',
  '*-*.shop.svc.cluster.local.',
  'n*d?.*.svc.cluster.local.',
  '*.x.shop.svc.cluster.local.',
  'e.shop.svc.cluster.local.',
  '1.1.244.10.in-addr.arpa.',
  '10.in-addr.arpa.',
  'd.f.ip6.arpa.',
]
const QUESTIONS = NAMES.flatMap((name) =>
  ['A', 'AAAA', 'SRV', 'PTR', 'TXT', 'NS', 'CNAME'].map((type) => encodeQuestion(name, type)),
)
const CLIENT = { transport: 'tcp', address: '127.0.0.1', port: 4000 } as const

test('a hostile image never throws at whoever asks', async () => {
  const [responder] = (await createResponders(corefile('pods verified\nwildcards zone search'), CLUSTER)) as [Responder]
  const zone = servedZones(responder.answerer)[0]
  const feed = zone?.plugin.feed ?? ''
  const good = responder.answerer.images(feed)
  const octets = good[0]?.octets ?? new Uint8Array()
  const word = fc.oneof(
    fc.constantFrom(0, 1, 255, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff),
    fc.nat(octets.length),
    fc.integer({ min: 0, max: 0xffffffff }),
  )
  const changes = fc.array(fc.record({ at: fc.nat(octets.length / 4 - 9), word }), { minLength: 1, maxLength: 40 })
  let loaded = 0
  await fc.assert(
    fc.asyncProperty(changes, async (changed) => {
      const image = load(octets, changed)
      if (image === undefined) return
      loaded += 1
      for (const images of [image, [...image, ...good], [...good, ...image]]) {
        responder.answerer.setImages(feed, images)
        for (const question of QUESTIONS) expect((await responder.handle(question, CLIENT))?.length).toBeGreaterThan(11)
      }
      for (const each of servedZones(responder.answerer)) drain(() => zoneRecords(responder.answerer, each, [OWN]))
    }),
    { numRuns: 300 },
  )
  expect(loaded).toBeGreaterThan(20)
})

function load(octets: Uint8Array, changes: readonly { at: number; word: number }[]): ImageStack | undefined {
  const forged = Uint8Array.from(octets)
  const view = new DataView(forged.buffer)
  for (const { at, word } of changes) view.setUint32(at * 4, word, true)
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  forged.set(sha256(forged.subarray(0, -32)), forged.length - 32)
  try {
    return [loadImage(forged, sha256)]
  } catch (error) {
    expect(error).toBeInstanceOf(ImageError)
    return undefined
  }
}

/** Reads all records, or until the image is found out. */
function drain(records: () => Iterable<unknown>): void {
  try {
    for (const record of records()) expect(record).toBeDefined()
  } catch (error) {
    if (!(error instanceof RangeError || (error instanceof Error && 'code' in error))) throw error
  }
}
