import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ImageContent } from '../content.ts'
import { anyContent } from '../testing/arbitraries.ts'
import { address, content, load, service, shop, tombstone } from '../testing/fixture.ts'
import { differenceOf } from './difference.ts'
import { differenceBetween } from './image-difference.ts'
import { mergeImages } from './merge.ts'
import { readContent } from './read.ts'

let breaths = 0
const breathe = async () => {
  breaths += 1
}

/** A base holds nothing that is gone. */
const anyBase = anyContent('base').map((given): ImageContent => {
  const there = <T extends { readonly stanzas: number }>(entries: readonly T[]) =>
    entries.filter(({ stanzas }) => stanzas !== 0)
  const { namespaces, services, pods, rrsets } = given
  return {
    ...given,
    namespaces: there(namespaces),
    services: there(services),
    pods: there(pods),
    rrsets: there(rrsets),
  }
})

test('the same as of whole contents', async () => {
  await fc.assert(
    fc.asyncProperty(anyBase, anyBase, async (before, after) => {
      const found = await differenceBetween([load(before)], load(after), breathe)
      const whole = differenceOf(readContent(load(before)), readContent(load(after)))
      expect(found && load(found).octets).toEqual(whole && load(whole).octets)
      expect(await differenceBetween([load(after)], load(after), breathe)).toBeUndefined()
    }),
    { numRuns: 50 },
  )
})

test('of a stack the newest image decides, and what it says is gone is gone', async () => {
  const web = service('shop/web', { addresses: [address('10.0.0.1')] })
  const base = load(content({ services: [web, service('shop/old', {}), service('shop/same', {})] }))
  const delta = load({
    ...content({ services: [{ ...web, addresses: [address('10.0.0.2')] }, tombstone('shop/old')] }),
    kind: 'delta',
  })
  const now = [{ ...web, addresses: [address('10.0.0.2')] }, service('shop/same', {})]
  expect(await differenceBetween([delta, base], load(content({ services: now })), breathe)).toBeUndefined()
  const found = await differenceBetween([delta, base], load(content({ services: [web] })), breathe)
  expect(found?.services.map((record) => `${record.service} ${record.stanzas}`).sort()).toEqual(['same 0', 'web 1'])
  const merged = mergeImages([load(found as never), delta, base])
  expect(differenceOf(merged, readContent(load(content({ services: [web] }))))).toBeUndefined()
})

test('others get their turn every thousand services', async () => {
  const services = Array.from({ length: 2500 }, (_, n) => service(`shop/web-${n}`, {}))
  const image = load({ ...shop, services })
  breaths = 0
  expect(await differenceBetween([image], image, breathe)).toBeUndefined()
  expect(breaths).toBeGreaterThanOrEqual(4)
})
