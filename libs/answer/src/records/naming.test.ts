import { nameToText } from '@zonecast/dns'
import { SPECIFIED } from '@zonecast/image'
import { expect, test } from 'vitest'
import { namingOf } from './naming.ts'

test.each([
  ['{service}.{namespace}.svc', 'cluster.local', '.', true, 'svc.cluster.local.'],
  ['{service}.{namespace}', 'cluster.local', '.', true, 'cluster.local.'],
  ['{service}.{namespace}', '', '.', true, '.'],
  ['{service}.of.{namespace}.in', 'example', 'of.', true, 'in.example.'],
  ['{service}.svc', 'example', '.', false, 'svc.example.'],
  ['{service}', 'example', '.', false, 'example.'],
])('%s in %s', (template, zone, middle, hasNamespace, suffix) => {
  const naming = namingOf({ ...SPECIFIED, names: [template], ttlSec: 5, pods: 'disabled', zones: [] }, zone)
  const middleName = nameToText(Uint8Array.of(...naming.middle, 0))
  expect([middleName, naming.hasNamespace, nameToText(naming.suffix)]).toEqual([middle, hasNamespace, suffix])
})
