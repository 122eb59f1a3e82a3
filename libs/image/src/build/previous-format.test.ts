import { describe, expect, test } from 'vitest'
import { type ImageContent, SPECIFIED } from '../content.ts'
import { loadImage } from '../image.ts'
import { mergeImages } from '../states/merge.ts'
import { readContent } from '../states/read.ts'
import { address, ask, content, service, sha256, shop } from '../testing/fixture.ts'
import { buildImage } from './build.ts'

const previous = (given: ImageContent) => loadImage(buildImage(given, sha256, undefined, 1), sha256)
const current = (given: ImageContent) => loadImage(buildImage(given, sha256), sha256)

describe('an image of the previous format', () => {
  test('says what one of the current format does', () => {
    const [old, now] = [previous(shop), current(shop)]
    expect([old.version, now.version]).toEqual([1, 2])
    expect(readContent(old)).toEqual(readContent(now))
    expect(old.shape).toBe(now.shape)
  })

  test('lies in one stack with those of the current format', () => {
    const delta = content({ kind: 'delta', services: [service('shop/new', { addresses: [address('10.96.1.1')] })] })
    for (const images of [
      [previous(delta), current(shop)],
      [current(delta), previous(shop)],
    ]) {
      expect(ask(images, 'new.shop.svc.cluster.local.')).toBe('service shop/new')
      expect(ask(images, 'web.shop.svc.cluster.local.')).toBe('service shop/web')
      expect(mergeImages(images).services).toHaveLength(shop.services.length + 1)
    }
  })

  test('leaves out what it has no words for', () => {
    const services = [
      service('shop/web'),
      service('shop/c1.nginx', { aliasOf: 'nginx' }),
      service('shop/nginx', { kind: 'inner' }),
      service('shop/*'),
      service('shop/lb', { externalAddresses: [address('192.0.2.1')] }),
    ]
    expect(readContent(previous(content({ services }))).services.map((record) => record.service)).toEqual(['web'])
    const held = service('shop/nginx', { kind: 'inner', addresses: [address('10.0.0.1')] })
    expect(readContent(previous(content({ services: [held] }))).services).toMatchObject([{ kind: 'reverse' }])
  })

  test.each([
    { names: ['{service}.{namespace}'] },
    { namespace: 'shop' },
    { externalFirst: true },
    { wildcards: 'zone' as const },
    { search: true },
  ])('is not made of a stanza with %j', (beyond) => {
    const stanza = { ...SPECIFIED, ttlSec: 5, pods: 'disabled' as const, zones: [{ name: 'a', serial: 1 }], ...beyond }
    const given = content({ stanzas: [stanza] })
    expect(() => previous(given)).toThrow(expect.objectContaining({ code: 'not-in-version' }))
    expect(current(given).stanzas).toEqual([stanza])
  })
})
