import { describe, expect, test } from 'vitest'
import * as yaml from 'yaml'
import { KubernetesError } from '../errors.ts'
import { yamlObjects } from './yaml-objects.ts'
import { splitYaml } from './yaml-splitter.ts'

const read = (text: string) =>
  [...yamlObjects(yaml, text)].map(({ full, listed, line }) => [line, full, listed?.kind] as const)

const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } })
const text = (name: string) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`

const documents: [name: string, text: string, objects: (readonly [line: number, full: unknown, listed?: string])[]][] =
  [
    ['nothing', '', []],
    ['comments alone', '# a\n---\n# b\n---\n', []],
    ['one', text('a'), [[1, service('a')]]],
    [
      'several',
      `---\n${text('a')}---\n${text('b')}`,
      [
        [2, service('a')],
        [7, service('b')],
      ],
    ],
    [
      'a comment before and after',
      `# Source\n---\n\n# web\n${text('a')}--- # more\n${text('b')}`,
      [
        [5, service('a')],
        [10, service('b')],
      ],
    ],
    [
      'the end marked, directives',
      `%YAML 1.1\n---\n${text('a')}...\n# between\n---\n${text('b')}...\n`,
      [
        [3, service('a')],
        [10, service('b')],
      ],
    ],
    [
      'CRLF',
      `${text('a')}---\n${text('b')}`.replaceAll('\n', '\r\n'),
      [
        [1, service('a')],
        [6, service('b')],
      ],
    ],
    ['JSON', JSON.stringify(service('a'), undefined, 2), [[1, service('a')]]],
    ['on the line of the marker', '--- {apiVersion: v1, kind: Service, metadata: {name: a}}', [[1, service('a')]]],
    [
      'markers that are none',
      'apiVersion: v1\nkind: A\nx: |\n  ---\n   ...\ny: ---a\n---b: c\n',
      [[1, { apiVersion: 'v1', kind: 'A', x: '---\n ...\n', y: '---a', '---b': 'c' }]],
    ],
    [
      'aliases and merge keys',
      'apiVersion: v1\nkind: A\na: &a {b: 1}\nc: *a\nd:\n  <<: *a\n  e: 2\n',
      [[1, { apiVersion: 'v1', kind: 'A', a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } }]],
    ],
  ]
test.each(documents)('documents: %s', (_, content, objects) => {
  expect(read(content)).toEqual(objects.map(([line, full, listed]) => [line, full, listed]))
})

const items = [
  '- apiVersion: v1\n  kind: Service\n  metadata:\n    name: a',
  '-\n  apiVersion: v1\n  kind: Service\n  metadata: {name: b}',
  '- metadata:\n    name: c\n    annotations:\n      x: |\n        - apiVersion: v1\n        items:\n      y: "- a\n       - b"\n\n  # a comment\n# another\n  kind: Service\n  apiVersion: \'v1\'',
  '-   apiVersion: v1\n    kind: Service\n    metadata:\n     name: d\n     labels:\n     - no\n     - map',
]
const indented = (by: number) => items.map((item) => item.replaceAll(/^(?=[^#\n])/gm, ' '.repeat(by))).join('\n')

describe.each([0, 2, 5])('a list in block style, indented by %d', (by) => {
  const list = `apiVersion: v1\nitems:\n# first\n${indented(by)}\nkind: List\nmetadata:\n  resourceVersion: ""\n`
  test('is split', () => {
    expect(list).toContain('- b"')
    expect([...splitYaml(list)].map((document) => document.items.length)).toEqual([4])
  })
  test('reads as the whole does', () => {
    const whole = yaml.parse(list)
    expect(read(list).map(([, full]) => full)).toEqual([{ ...whole, items: null }, ...whole.items])
    expect(read(list).map(([line]) => line)).toEqual([1, 4, 9, 12, 25])
  })
  test('an item with a fault names its line', () => {
    const broken = list.replace('name: d', 'name: d: e')
    expect(() => read(`---\n${broken}`)).toThrow(/^line 29: document 1: nested mappings/)
  })
})

test('lists that are not split: in flow style, with aliases', () => {
  const a = service('a')
  const flow = `apiVersion: v1\nkind: List\nitems: [\n ${JSON.stringify(a)},\n ${JSON.stringify(a)}]`
  expect(read(flow).map(([line, full]) => [line, full])).toEqual([
    [1, { apiVersion: 'v1', kind: 'List', items: [a, a] }],
    [4, a],
    [5, a],
  ])
  const aliased = `apiVersion: v1\nkind: List\nitems:\n- &a\n  ${JSON.stringify(a)}\n- *a\n`
  expect(read(aliased).map(([line, full]) => [line, full])).toEqual([
    [1, { apiVersion: 'v1', kind: 'List', items: [a, a] }],
    [5, a],
    [6, a],
  ])
})

test('what only looks like an alias does not keep a list from being split', () => {
  const script = 'cd a && rm -f *.b\n- *c\n'
  const list = { apiVersion: 'v1', kind: 'List', items: [service('a'), { ...service('b'), data: { script } }] }
  const written = yaml.stringify(list, { indentSeq: false })
  expect([...splitYaml(written)].map((document) => document.items.length)).toEqual([2])
  expect(read(written).map(([, full]) => full)).toEqual([{ ...list, items: null }, ...list.items])
})

test('items of a typed list take their type from it, wherever it stands', () => {
  expect(read('items:\n- metadata: {name: a}\nkind: ServiceList\napiVersion: v1\n')).toEqual([
    [1, { items: null, kind: 'ServiceList', apiVersion: 'v1' }, undefined],
    [2, { metadata: { name: 'a' } }, 'Service'],
  ])
})

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefgh'.split('').map((key, index) => `${key}: &${key} [${`*${'abcdefg'[index]},`.repeat(9)}]`),
].join('\n')
const faults: [name: string, text: string, code: string, message: RegExp][] = [
  ['a scalar', 'half', 'not-an-object', /^line 1: document 1: found "half", expected an object$/],
  ['a list', `${text('a')}---\n- a\n`, 'not-an-object', /^line 6: document 2: found a list, expected an object$/],
  [
    'no kind',
    `${text('a')}---\n\nmetadata:\n  name: a\n`,
    'not-an-object',
    /^line 7: document 2: apiVersion and kind do not say/,
  ],
  [
    'an item without kind',
    'apiVersion: v1\nkind: List\nitems:\n- metadata: {}\n',
    'not-an-object',
    /^line 4: document 1: apiVersion and kind do not say/,
  ],
  ['bad indentation', `${text('a')}---\n${text('b')}   x: 1\n`, 'yaml-syntax', /^line 9: document 2: nested mappings/],
  ['a tab', 'a:\n\tb: 1\n', 'yaml-syntax', /^line 2: document 1: tabs/],
  [
    'the same key twice',
    'apiVersion: v1\nkind: A\nkind: B\n',
    'yaml-syntax',
    /^line 3: document 1: map keys must be unique$/,
  ],
  [
    'items twice',
    'kind: List\napiVersion: v1\nitems:\n- a: 1\nitems:\n- b: 1\n',
    'yaml-syntax',
    /^line 5: document 1: map keys must be unique$/,
  ],
  ['an alias of nothing', 'a: *b\n', 'yaml-syntax', /^line 1: document 1: unresolved alias/],
  ['an alias bomb', `apiVersion: v1\nkind: A\n${bomb}\n`, 'yaml-syntax', /^line 1: document 1: excessive alias count/],
  ['an alias to itself', 'apiVersion: v1\nkind: A\na: &a [*a]\n', 'yaml-syntax', /^line 1: document 1: /],
  ['too deep', `a: ${'['.repeat(50_000)}`, 'too-deep', /^line 1: document 1: nested too deep to be parsed$/],
  ['too large', `a: ${'x'.repeat(5_000_000)}`, 'too-large', /^line 1: document 1: 5000003 characters/],
  [
    'too large for aliases',
    `a: &a ${'x'.repeat(300_000)}\nb: *a`,
    'too-large',
    /^line 1: document 1: 300012 characters/,
  ],
]
test.each(faults)('%s is refused', (_, content, code, message) => {
  let error: unknown
  try {
    read(content)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(KubernetesError)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
})
