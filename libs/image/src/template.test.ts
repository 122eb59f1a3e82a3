import { nameFromText } from '@zonecast/dns'
import { describe, expect, test } from 'vitest'
import { HASH_START, hashFragment, hashKey } from './hash.ts'
import { QueryName } from './query-name.ts'
import { labelOf, namespaceLabel, parseTemplate, readByTemplate, type Template } from './template.ts'

test.each([
  '{namespace}.{service}',
  '{service}.{service}',
  '{service}.{namespace}.{namespace}',
  '{service}..svc',
  '{service}.Svc',
  '{service}.{zone}',
  'svc',
  '',
])('%j is no template', (text) => expect(parseTemplate(text)).toBeUndefined())

/** The labels before the template's own, and which label is the namespace's: `a.b NS`; `none`: it does not fit. */
function read(template: string, text: string): string {
  const name = new QueryName()
  const wire = nameFromText(`${text}.`)
  name.read(new DataView(wire.buffer, wire.byteOffset, wire.length), 0, wire.length)
  const parsed = parseTemplate(template) as Template
  const before = readByTemplate(parsed, name, name.labels)
  if (before < 0) return 'none'
  const labels = text.split('.')
  return `${labels.slice(0, before).join('.')} ${labels[namespaceLabel(parsed, name.labels, before)] ?? '-'}`
}

describe('a name read by a template', () => {
  test.each([
    ['{service}.{namespace}.svc', 'web.shop.svc', 'web shop'],
    ['{service}.{namespace}.svc', '_http._tcp.web.shop.svc', '_http._tcp.web shop'],
    ['{service}.{namespace}.svc', 'shop.svc', ' shop'],
    ['{service}.{namespace}.svc', 'svc', ' -'],
    ['{service}.{namespace}.svc', 'web.shop.svd', 'none'],
    ['{service}.{namespace}', 'web.shop', 'web shop'],
    ['{service}.{namespace}', 'shop', ' shop'],
    ['{service}.of.{namespace}.in', 'web.of.shop.in', 'web shop'],
    ['{service}.of.{namespace}.in', 'of.shop.in', ' shop'],
    ['{service}.of.{namespace}.in', 'shop.in', ' shop'],
    ['{service}.of.{namespace}.in', 'in', ' -'],
    ['{service}.of.{namespace}.in', 'web.off.shop.in', 'none'],
    ['{service}.svc', 'a.web.svc', 'a.web -'],
    ['{service}', 'a.web', 'a.web -'],
  ])('%s: %s', (template, name, outcome) => expect(read(template, name)).toBe(outcome))
})

test('a label that is given has the hash that labels of images have', () => {
  const { view, hash } = labelOf('shop')
  expect(hashKey(HASH_START, hash)).toBe(hashFragment(HASH_START, view, 0, view.byteLength))
})
