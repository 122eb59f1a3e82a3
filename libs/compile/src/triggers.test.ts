import { createHash } from 'node:crypto'
import { buildImage, loadImage, triggersOf } from '@zonecast/image'
import type { ObjectChange, SlimObject } from '@zonecast/kubernetes'
import { expect, test } from 'vitest'
import { Compiler } from './compiler.ts'
import { namespace, present, STAMP, service, slice, stanza } from './testing/fixture.ts'

const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest()

function compiled(...objects: readonly SlimObject[]): Compiler {
  const compiler = new Compiler([stanza()])
  const all = [namespace('shop'), service('shop/db', 'None'), service('shop/web', '10.96.0.1'), ...objects]
  // What is there at the start was triggered long ago.
  compiler.apply(all.map((object) => ({ ...present(object), triggeredAtMs: 1 })))
  compiler.compileBase(STAMP)
  return compiler
}

/** A slice of the service, changed so many ms before the image is made. */
function changed(owner: string, last: number, agoMs: number): ObjectChange {
  const object = slice(`shop/${owner}/${owner}-1`, [`10.244.0.${last}`])
  return { ...present(object), triggeredAtMs: STAMP.nowMs - agoMs }
}

/** The kinds and ages that the next delta tells of; undefined when there is none. */
function told(compiler: Compiler): [string, number][] | undefined {
  const delta = compiler.compileDelta(STAMP)
  if (delta === undefined) return undefined
  const triggers = triggersOf(loadImage(buildImage(delta, sha256)))
  return triggers.map(({ serviceKind, atMs }) => [serviceKind, STAMP.nowMs - atMs])
}

test('a delta tells what triggered it, once, by the kind of the service', () => {
  const compiler = compiled()
  compiler.apply([changed('db', 1, 40), changed('web', 2, 7), changed('db', 3, 5)])
  expect(told(compiler)).toEqual([
    ['cluster_ip', 7],
    ['headless_with_selector', 40],
    ['headless_with_selector', 5],
  ])
  compiler.apply([present(service('shop/web', '10.96.0.2'))])
  expect(told(compiler)).toEqual([])
})

test('not of a service that is not there, nor of what changed no record', () => {
  const compiler = compiled()
  compiler.apply([changed('other', 1, 40)])
  expect(told(compiler)).toEqual([])
  compiler.apply([changed('db', 1, 40)])
  told(compiler)
  compiler.apply([changed('db', 1, 3)])
  expect(told(compiler)).toBeUndefined()
  compiler.apply([present(service('shop/web', '10.96.0.3'))])
  expect(told(compiler)).toEqual([])
})

test('not of what a base holds', () => {
  const compiler = compiled()
  compiler.apply([changed('db', 1, 40)])
  expect(compiler.compileBase(STAMP).meta).toEqual(STAMP.meta)
  compiler.apply([present(service('shop/web', '10.96.0.2'))])
  expect(told(compiler)).toEqual([])
})
