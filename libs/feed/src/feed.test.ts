import { createHash } from 'node:crypto'
import { MessageChannel } from 'node:worker_threads'
import { buildImage, type ImageContent, ImageError, readContent, type ServiceRecord, SPECIFIED } from '@zonecast/image'
import { describe, expect, test } from 'vitest'
import { FeedError } from './errors.ts'
import { FollowedStack } from './image-stack.ts'
import { followInProcess, publishInProcess } from './in-process.ts'
import { StackReplica, StackSender } from './replica.ts'
import type { Step } from './step.ts'

const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()

function service(name: string, last: number): ServiceRecord {
  return {
    service: name,
    namespace: 'shop',
    stanzas: last === 0 ? 0 : 1,
    kind: 'cluster',
    aliasOf: '',
    externalAddresses: [],
    addresses: last === 0 ? [] : [Uint8Array.of(10, 0, 0, last)],
    ports: [],
    portSets: [],
    endpoints: [],
    target: new Uint8Array(),
  }
}

function step(n: number, services: readonly ServiceRecord[], zone = 'cluster.local'): Step {
  const content: ImageContent = {
    kind: n === 0 ? 'base' : 'delta',
    createdAtMs: n,
    meta: {},
    stanzas: [{ ...SPECIFIED, ttlSec: 5, pods: 'disabled', zones: [{ name: zone, serial: n + 1 }] }],
    namespaces: [],
    services,
    pods: [],
    rrsets: [],
  }
  const previous = n === 0 ? '' : `1-${n - 1}`
  return { kind: content.kind, position: `1-${n}`, previous, image: buildImage(content, sha256) }
}

const newStack = () => new FollowedStack({ sha256, checkImages: true })

/** The newest record of each service in a stack. */
function addresses(stack: FollowedStack): Record<string, number | undefined> {
  const found: Record<string, number | undefined> = {}
  for (const image of [...stack.images].reverse()) {
    for (const record of readContent(image).services) found[record.service] = record.addresses[0]?.[3]
  }
  return found
}

describe('FollowedStack', () => {
  test.each([true, false])('takes a base and deltas in order and keeps few deltas (tidied %s)', (tidied) => {
    const stack = newStack()
    stack.apply(step(0, [service('a', 1), service('b', 2)]))
    for (let n = 1; n <= 30; n++) {
      stack.apply(step(n, [service(`s${n % 7}`, n), service('a', n % 5)]))
      if (tidied) stack.tidy()
      expect(stack.images.length).toBeLessThanOrEqual(tidied ? 9 : 17)
    }
    expect(stack.images.at(-1)?.kind).toBe('base')
    expect(stack.position).toBe('1-30')
    expect(addresses(stack)).toMatchObject({ a: undefined, b: 2, s1: 29, s2: 30, s0: 28, s6: 27 })
    expect(stack.images[0]?.stanzas[0]?.zones[0]?.serial).toBe(31)
  })

  test('merges deltas a moment after there are many, not before', async () => {
    const stack = newStack()
    for (let n = 0; n <= 8; n++) {
      stack.apply(step(n, [service(`s${n}`, n)]))
      stack.tidySoon()
    }
    stack.apply(step(9, [service('s9', 9)]))
    stack.tidySoon()
    stack.tidySoon()
    expect(stack.images).toHaveLength(10)
    await expect.poll(() => stack.images.length).toBe(5)
    expect(addresses(stack)).toMatchObject({ s1: 1, s8: 8, s9: 9 })
    expect(stack.position).toBe('1-9')
  })

  test.each([
    ['a delta before any base', [1]],
    ['a delta that skips one', [0, 2]],
    ['a delta that comes twice', [0, 1, 1]],
  ])('refuses %s', (_, positions) => {
    const stack = newStack()
    const last = positions.at(-1) as number
    for (const n of positions.slice(0, -1)) stack.apply(step(n, []))
    const before = stack.position
    expect(() => stack.apply(step(last, []))).toThrow(FeedError)
    expect(stack.position).toBe(before)
  })

  test('refuses a damaged image and keeps what it serves', () => {
    const stack = newStack()
    stack.apply(step(0, [service('a', 1)]))
    const damaged = step(1, [service('a', 2)])
    const at = damaged.image.length - 40
    damaged.image[at] = (damaged.image[at] as number) ^ 0xff
    expect(() => stack.apply(damaged)).toThrow(ImageError)
    expect(addresses(stack)).toEqual({ a: 1 })
    expect(stack.position).toBe('1-0')
  })

  test('refuses a delta of another configuration', () => {
    const stack = newStack()
    stack.apply(step(0, []))
    expect(() => stack.apply(step(1, [], 'other.local'))).toThrow('another configuration')
  })
})

test('the in-process carrier hands over every step in order', async () => {
  const { port1, port2 } = new MessageChannel()
  const steps: Step[] = []
  const stop = followInProcess(port2, { onStep: (given) => steps.push(given), onError: () => {} })
  const publisher = publishInProcess(port1)
  for (let n = 0; n < 5; n++) await publisher.publish(step(n, [service('a', n + 1)]))
  await expect.poll(() => steps.map(({ position }) => position)).toEqual(['1-0', '1-1', '1-2', '1-3', '1-4'])
  stop()
  port1.close()
})

test('a replica holds the images that its sender holds', () => {
  const stack = newStack()
  const sender = new StackSender('prod')
  const replica = new StackReplica()
  for (let n = 0; n <= 12; n++) {
    stack.apply(step(n, [service('a', n + 1)]))
    const update = structuredClone(sender.update(stack.images))
    expect(update.fresh.length).toBeLessThanOrEqual(5)
    const images = replica.apply(update)
    expect(images.map((image) => image.octets)).toEqual(stack.images.map((image) => image.octets))
    stack.tidy()
  }
})
