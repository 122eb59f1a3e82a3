import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { CHUNK_OCTETS, packBase, packDelta, unpackBase, unpackDelta } from './payload.ts'

describe('payloads', () => {
  const allocate = (octets: number) => new SharedArrayBuffer(octets)
  const image = (length: number) => Uint8Array.from({ length }, (_, at) => at % 251)
  async function* parts(chunks: readonly Uint8Array[]) {
    yield* chunks
  }

  test.each([0, 1, 4096, 4097, 100_000])('a delta of %d octets comes back', async (length) => {
    const packed = await packDelta(image(length))
    expect([...(await unpackDelta(packed, allocate))]).toEqual([...image(length)])
  })

  test('a base comes back, in shared memory too', async () => {
    const whole = new Uint8Array(new SharedArrayBuffer(70_000))
    whole.set(image(70_000))
    const unpacked = await unpackBase(packBase(whole), 70_000, allocate)
    expect(Buffer.compare(Buffer.from(unpacked), Buffer.from(whole))).toBe(0)
  })

  test('a base goes out in chunks that are full, but for the last', async () => {
    const random = new Uint8Array(2.5 * CHUNK_OCTETS)
    for (let at = 0; at < random.length; at += 65_536) crypto.getRandomValues(random.subarray(at, at + 65_536))
    const chunks = await Array.fromAsync(packBase(random))
    expect(chunks.map(({ length }) => Math.min(length / CHUNK_OCTETS, 1) === 1)).toEqual([true, true, false])
    expect(chunks.every(({ length }) => length <= CHUNK_OCTETS)).toBe(true)
    const unpacked = await unpackBase(parts(chunks), random.length, allocate)
    expect(Buffer.compare(Buffer.from(unpacked), random)).toBe(0)
  })

  test.each([
    ['larger than it says', [gzipSync(image(1001))]],
    ['smaller than it says', [gzipSync(image(999))]],
    ['cut', [gzipSync(image(1000)).subarray(0, 200)]],
    ['no gzip', [image(1000)]],
    ['empty', []],
  ])('a base that is %s is refused', async (_, chunks) => {
    await expect(unpackBase(parts(chunks), 1000, allocate)).rejects.toMatchObject({ code: 'damaged' })
  })

  test('what stands in the way of the chunks is told as it is', async () => {
    const away = new Error('Redis is away')
    async function* chunks() {
      yield gzipSync(image(1000)).subarray(0, 200)
      throw away
    }
    await expect(unpackBase(chunks(), 1000, allocate)).rejects.toBe(away)
  })

  test('a delta that is cut or swells beyond measure is refused', async () => {
    const bomb = gzipSync(new Uint8Array(300 * 2 ** 20), { level: 1 })
    await expect(unpackDelta(bomb, allocate)).rejects.toMatchObject({ code: 'damaged' })
    await expect(unpackDelta(gzipSync(image(5000)).subarray(0, 50), allocate)).rejects.toMatchObject({
      code: 'damaged',
    })
  })
})
