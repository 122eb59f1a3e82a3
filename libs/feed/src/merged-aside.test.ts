import { loadImage, readContent } from '@zonecast/image'
import { expect, test } from 'vitest'
import { FEED_FORMAT } from './redis/stored/formats.ts'
import { imageOf, newStack, servicesOf } from './testing/images.ts'

const ballast = 600_000

/** A base and a delta; in all as large as the ballast at least. */
function stackOf(options: { ballast?: number }, format = FEED_FORMAT) {
  const stack = newStack(format)
  const base = imageOf('base', { a: 1, b: 2 }, { ...options, format })
  stack.apply({ kind: 'base', position: '1-0', previous: '', image: base })
  const delta = imageOf('delta', { a: 3, b: 0, c: 4 }, { serial: 2, format })
  stack.apply({ kind: 'delta', position: '1-1', previous: '1-0', image: delta })
  return stack
}

test.each([
  ['small images, in this thread', {}],
  ['large ones, in another', { ballast }],
])('%s, are merged to a base that says the same', async (_, options) => {
  for (const format of [1, 2] as const) {
    const stack = stackOf(options, format)
    const merged = loadImage(await stack.merged())
    expect([merged.kind, merged.version]).toEqual(['base', format])
    expect(servicesOf({ images: [merged] })).toMatchObject({ a: 3, c: 4 })
    expect(
      readContent(merged)
        .services.map(({ service }) => service)
        .sort(),
    ).toEqual(['a', 'c'])
    // What the stack holds stays in use meanwhile and after.
    expect(servicesOf(stack)).toMatchObject({ a: 3, c: 4 })
  }
})

test('what cannot be merged in the thread is told here', async () => {
  const stack = stackOf({ ballast })
  const { octets } = stack.images[1] ?? { octets: new Uint8Array() }
  // Checked when it was loaded; hostile memory changes afterwards.
  octets.fill(0xff, 200, octets.length - 40)
  await expect(stack.merged()).rejects.toThrow()
})
