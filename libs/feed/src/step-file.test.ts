import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CacheFile } from './cache-file.ts'
import { FeedError } from './errors.ts'
import { appendToStepFile, readFrames, readStepFile, replaceStepFile, type StepFrame, writeFrame } from './step-file.ts'
import { imageOf, newStack, servicesOf } from './testing/images.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zonecast-steps-'))
  path = join(folder, 'prod.image')
})
afterEach(() => rmSync(folder, { recursive: true }))

const frames: readonly StepFrame[] = [
  { feed: 'prod', kind: 'base', position: '1-0', previous: '', publishedAtMs: 7, image: imageOf('base', { web: 1 }) },
  { feed: 'prod', kind: 'mark', position: '2-0', previous: '1-0', image: new Uint8Array() },
  { feed: 'prod', kind: 'delta', position: '2-1', previous: '2-0', image: imageOf('delta', { web: 2 }) },
]

function written(): Uint8Array {
  return Buffer.concat(frames.flatMap(writeFrame))
}

test('frames read back as they were written, however many of their octets are there', () => {
  const octets = written()
  for (let length = 0; length <= octets.length; length++) {
    const read = readFrames(octets.subarray(0, length), 0)
    expect(read.frames.length).toBe(frames.filter((_, n) => length >= endOf(n)).length)
    expect(read.end).toBe(endOf(read.frames.length - 1))
  }
  expect(readFrames(octets, 0).frames).toEqual(frames.map((frame) => ({ publishedAtMs: undefined, ...frame })))
})

function endOf(frame: number): number {
  return frames.slice(0, frame + 1).reduce((sum, each) => sum + writeFrame(each).flatMap((part) => [...part]).length, 0)
}

test('no changed octet makes another step: it is refused here, or by the image', () => {
  const octets = written()
  for (let at = 0; at < octets.length; at++) {
    const changed = Uint8Array.from(octets)
    changed[at] = (changed[at] ?? 0) ^ 0xff
    const stack = newStack()
    try {
      for (const frame of readFrames(changed, 0).frames) stack.apply(frame)
    } catch {
      // What came before it stands.
    }
    expect([{}, { web: 1 }]).toContainEqual(servicesOf(stack))
    expect(['', '1-0', '2-0']).toContain(stack.position)
  }
})

test('a file is replaced as a whole and appended to', async () => {
  expect(await readStepFile(path)).toBeUndefined()
  await replaceStepFile(path, frames.slice(0, 1))
  await appendToStepFile(path, frames.slice(1))
  expect((await readStepFile(path))?.frames.map(({ position }) => position)).toEqual(['1-0', '2-0', '2-1'])
  writeFileSync(path, 'cluster.local. SOA')
  await expect(readStepFile(path)).rejects.toMatchObject({ code: 'damaged' })
})

function cacheOf(stack = newStack(), feed = 'prod') {
  const errors: FeedError[] = []
  const recovered: true[] = []
  let nowMs = 0
  const cache = new CacheFile({
    path,
    feed,
    stack,
    monotonicMs: () => nowMs,
    onError: (error) => errors.push(error),
    onRecovered: () => recovered.push(true),
  })
  return {
    stack,
    cache,
    errors,
    recovered,
    later: () => {
      nowMs += 60_000
    },
  }
}

/** A cache that took `frames` in. */
async function filled(): Promise<void> {
  const { stack, cache } = cacheOf()
  for (const frame of frames) {
    stack.apply(frame)
    cache.add(frame)
  }
  await cache.close()
}

test('a cache gives back state and position', async () => {
  await filled()
  const { stack, cache, errors } = cacheOf()
  expect(await cache.load()).toBe(true)
  expect([servicesOf(stack), stack.position, errors]).toEqual([{ web: 2 }, '2-1', []])
})

test('a cache with many deltas is written anew, merged, with the right position', async () => {
  const { stack, cache } = cacheOf()
  const [base] = frames
  stack.apply(base as StepFrame)
  cache.add(base as StepFrame)
  for (let n = 1; n <= 40; n++) {
    const image = imageOf('delta', { [`s${n % 6}`]: n }, { ballast: 50_000 })
    const step = { kind: 'delta', position: `1-${n}`, previous: `1-${n - 1}`, image } as const
    stack.apply(step)
    cache.add(step)
  }
  await cache.close()
  expect(readFileSync(path).length).toBeLessThan(40 * 50_000)
  const again = cacheOf()
  expect(await again.cache.load()).toBe(true)
  expect(again.stack.position).toBe('1-40')
  expect(servicesOf(again.stack)).toEqual(servicesOf(stack))
})

test('what is whole of a torn cache is used', async () => {
  await filled()
  const octets = readFileSync(path)
  writeFileSync(path, octets.subarray(0, octets.length - 10))
  const { stack, cache } = cacheOf()
  expect(await cache.load()).toBe(true)
  expect([servicesOf(stack), stack.position]).toEqual([{ web: 1 }, '2-0'])
})

function spoilBefore(end: number): void {
  const octets = readFileSync(path)
  writeFileSync(path, octets.fill(0x55, octets.length - end - 10, octets.length - end))
}

test.each([
  ['two processes wrote', () => appendToStepFile(path, frames.slice(1)), '2-1', { web: 2 }],
  ['has a damaged delta', () => spoilBefore(40), '2-0', { web: 1 }],
])('of a cache that %s what follows on is used, and the rest said', async (_, spoil, position, services) => {
  await filled()
  await spoil()
  const { stack, cache, errors } = cacheOf()
  expect(await cache.load()).toBe(true)
  expect([servicesOf(stack), stack.position]).toEqual([services, position])
  expect(errors.map(({ code }) => code)).toEqual(['cache'])
})

test.each([
  ['of another feed', () => {}, 'staging'],
  ['with a damaged base', () => writeFileSync(path, readFileSync(path).fill(0x55, 300, 310)), 'prod'],
  ['that is none', () => writeFileSync(path, 'nonsense'), 'prod'],
  ['that nobody ends', () => [rmSync(path), execFileSync('mkfifo', [path])], 'prod'],
  ['that is larger than memory', () => truncateSync(path, 2 ** 40), 'prod'],
])('a cache %s is passed over, and said', async (_, spoil, feed) => {
  await filled()
  spoil()
  const { stack, cache, errors } = cacheOf(newStack(), feed)
  expect(await cache.load()).toBe(false)
  expect(stack.images).toHaveLength(0)
  expect(errors.map(({ code }) => code)).toEqual(['cache'])
  expect(errors[0]).toBeInstanceOf(FeedError)
})

test('a cache that cannot be written is said, tried again later, and then whole', async () => {
  const { stack, cache, errors, recovered, later } = cacheOf()
  const [base, mark, delta] = frames as [StepFrame, StepFrame, StepFrame]
  // A file where its folder should be.
  rmSync(folder, { recursive: true })
  writeFileSync(folder, '')
  stack.apply(base)
  cache.add(base)
  await cache.close()
  // Once, however often it is tried.
  expect(errors.map(({ code }) => code)).toEqual(['cache'])
  expect(recovered).toEqual([])
  rmSync(folder)
  later()
  for (const step of [mark, delta]) {
    stack.apply(step)
    cache.add(step)
  }
  await cache.close()
  expect(recovered).toEqual([true])
  const again = cacheOf()
  expect(await again.cache.load()).toBe(true)
  expect(again.stack.position).toBe('2-1')
})
