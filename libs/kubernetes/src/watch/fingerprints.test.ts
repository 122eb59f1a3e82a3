import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pod } from '../objects.ts'
import { Fingerprints, fingerprintOf } from './fingerprints.ts'

function pod(name: string, podIPs: readonly string[]): Pod {
  return { kind: 'Pod', namespace: 'shop', name, podIPs, labels: {} }
}

test('equal objects have equal fingerprints, small differences show', () => {
  expect(fingerprintOf(pod('web', ['10.0.0.1']))).toBe(fingerprintOf(pod('web', ['10.0.0.1'])))
  const seen = new Set<number>()
  for (let index = 0; index < 50_000; index++)
    seen.add(fingerprintOf(pod('web', [`10.0.${index >> 8}.${index & 255}`])))
  expect(seen.size).toBe(50_000)
})

test('property: fingerprints are exact numbers, and differ where objects do', () => {
  const objects = fc.tuple(fc.string(), fc.array(fc.string(), { maxLength: 3 }))
  fc.assert(
    fc.property(objects, objects, ([nameA, addressesA], [nameB, addressesB]) => {
      const [a, b] = [pod(nameA, addressesA), pod(nameB, addressesB)]
      expect(Number.isSafeInteger(fingerprintOf(a))).toBe(true)
      expect(fingerprintOf(a) === fingerprintOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
  )
})

test('what one has and others have not', () => {
  const [these, those] = [new Fingerprints(), new Fingerprints()]
  for (const name of ['a', 'b', 'c']) these.set('one', name, 1)
  these.set('two', 'a', 1)
  those.set('one', 'b', 2)
  expect([...these.missingIn(those)].map(String)).toEqual(['one,a', 'one,c', 'two,a'])
  expect([these.delete('two', 'a'), these.delete('two', 'a')]).toEqual([true, false])
  expect([...those.missingIn(these)]).toEqual([])
})
