import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as yaml from 'yaml'
import { findManifests } from './manifest-patterns.ts'
import { readManifests } from './watch-manifests.ts'

const BROKEN = relative('.', join(import.meta.dirname, 'broken-manifests'))

const broken: Record<string, string> = {
  'alias-bomb.yaml': ':1: document 1: excessive alias count indicates a resource exhaustion attack',
  'comma-after-last-item.json': ':5: document 1: found "]", expected "{"',
  'comment.json': ':1: document 1: found "/", expected "{"',
  'cut-off.json': ':6: document 1: the text ends inside a string',
  'fault-after-items.json': ':10: document 1: found "List", expected a value',
  'fault-in-item.json': ':8: document 1: found "\\"", expected "," or "}"',
  'fault-in-item.yaml': ':10: document 1: nested mappings are not allowed in compact mappings',
  'half-saved.yaml': ':6: document 2: found "apiVer", expected an object',
  'item-without-kind.json': ':5: document 1: apiVersion and kind do not say what the object is',
  'item-without-kind.yaml': ':7: document 1: apiVersion and kind do not say what the object is',
  'list-without-object.json': ':1: document 1: found "[", expected "{"',
  'no-comma-between-items.json': ':5: document 1: found "{", expected "," or "]"',
  'no-kind.yaml': ':8: document 2: apiVersion and kind do not say what the object is',
  'not-utf8.json': ':2: document 1: the line is not UTF-8',
  'not-utf8.yaml': ': the file is not UTF-8',
  'same-key-twice.yaml': ':9: document 1: map keys must be unique',
  'second-document.json': ':3: document 2: found "name", expected a key or "}"',
  'tab.yaml': ':9: document 2: tabs are not allowed as indentation',
  'unclosed-quote.yaml': ':12: document 2: missing closing "quote',
}

test('every broken manifest has a row', async () => {
  expect((await readdir(BROKEN)).sort()).toEqual(Object.keys(broken).sort())
})

test.each(Object.entries(broken))('%s names file, line and document', async (name, message) => {
  const path = join(BROKEN, name)
  const { faults } = await readManifests([path], {})
  expect(faults.map((fault) => fault.message)).toEqual([path + message])
})

test('all broken files are named at once', async () => {
  const { faults, objects } = await readManifests([BROKEN], {})
  expect(faults.map((fault) => fault.place.file)).toEqual(
    Object.keys(broken)
      .sort()
      .map((name) => join(BROKEN, name)),
  )
  expect([...objects]).toEqual([])
})

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zonecast-manifests-'))
  return () => rm(directory, { recursive: true })
})
const path = (name: string) => join(directory, name)

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const service = (name: string, namespace = 'shop', clusterIP = '10.96.0.1') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { clusterIP },
})
const list = (...items: object[]) => ({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } })

async function read(files: Record<string, string>, patterns = [directory]) {
  for (const [name, text] of Object.entries(files)) await writeFile(path(name), text)
  const { objects, faults, warnings } = await readManifests(patterns, {})
  const strip = (text: string) => text.replaceAll(`${directory}/`, '')
  return {
    names: [...objects].map(({ kind, name, ...rest }) =>
      [kind, 'namespace' in rest ? `${rest.namespace}/${name}` : name].join(' '),
    ),
    objects,
    faults: faults.map((fault) => strip(fault.message)),
    warnings: warnings.map(strip),
  }
}

describe('forms of a manifest', () => {
  const objects = [namespace('shop'), service('web'), service('db')]
  const json = (value: unknown) => JSON.stringify(value, undefined, 4)
  const typed = (items: object[]) => items.map((item) => ({ ...item, kind: undefined, apiVersion: undefined }))
  const forms: [name: string, files: Record<string, string>][] = [
    ['YAML documents', { 'a.yaml': objects.map((object) => yaml.stringify(object)).join('---\n') }],
    ['a YAML List', { 'a.yml': yaml.stringify(list(...objects), { indentSeq: false }) }],
    ['a JSON List', { 'a.json': json(list(...objects)) }],
    ['JSON documents', { 'a.json': objects.map(json).join('\n') }],
    ['NDJSON', { 'a.json': objects.map((object) => JSON.stringify(object)).join('\n') }],
    [
      'typed lists, kind first',
      {
        'a.json': json({ kind: 'NamespaceList', apiVersion: 'v1', items: typed(objects.slice(0, 1)) }),
        'b.json': json({ kind: 'ServiceList', apiVersion: 'v1', items: typed(objects.slice(1)) }),
      },
    ],
    [
      'typed lists, kind last',
      {
        'a.json': `${json({ items: typed(objects.slice(0, 1)), kind: 'NamespaceList', apiVersion: 'v1' })}${json({
          items: typed(objects.slice(1)),
          kind: 'ServiceList',
          apiVersion: 'v1',
        })}`,
      },
    ],
    [
      'one file each',
      { 'a.yaml': yaml.stringify(objects[0]), 'b.json': json(objects[1]), 'c.yml': yaml.stringify(objects[2]) },
    ],
  ]
  test.each(forms)('%s', async (_, files) => {
    expect(await read(files)).toMatchObject({
      names: ['Namespace shop', 'Service shop/web', 'Service shop/db'],
      faults: [],
      warnings: [],
    })
  })
  test('a file whose name does not say its form', async () => {
    await read({ one: ` ${json(objects[0])}`, two: yaml.stringify(objects[1]) })
    expect((await read({}, [path('one'), path('two')])).names).toEqual(['Namespace shop', 'Service shop/web'])
  })
})

describe('namespaces', () => {
  test('none is defined: every one that an object names exists, as the API server would have it', async () => {
    const text = [
      service('web'),
      { ...service('x'), kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'x', namespace: 'batch' } },
    ]
    const { objects, warnings } = await read({ 'a.json': JSON.stringify(list(...text)) })
    expect([...objects.ofKind('Namespace')]).toEqual([
      { kind: 'Namespace', name: 'batch', labels: { 'kubernetes.io/metadata.name': 'batch' } },
      { kind: 'Namespace', name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop' } },
    ])
    expect(warnings).toEqual([])
  })
  test('some are defined: the services of others are named', async () => {
    const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => service(name, 'blog'))
    const { objects, warnings } = await read({
      'a.json': JSON.stringify(list(namespace('shop'), service('web'), ...services)),
    })
    expect([...objects.ofKind('Namespace')].map(({ name }) => name)).toEqual(['shop'])
    expect(warnings).toEqual([
      'Namespace blog is not defined, so its services answer nothing: a, b, c, d, e and 2 more',
    ])
  })
})

describe('what is defined twice', () => {
  const first = service('web')
  const later = service('web', 'shop', '10.96.0.2')
  const address = (objects: Awaited<ReturnType<typeof read>>['objects']) => objects.get('Service', 'shop', 'web')
  test('in one file', async () => {
    const { objects, warnings } = await read({ 'a.yaml': `${yaml.stringify(first)}---\n${yaml.stringify(later)}` })
    expect(warnings).toEqual(['Service shop/web is defined twice, the later counts: a.yaml:1 and a.yaml:9'])
    expect(address(objects)).toMatchObject({ clusterIPs: ['10.96.0.2'] })
  })
  test('in several files: the order of their names counts', async () => {
    const { objects, warnings } = await read({
      'b.json': JSON.stringify(first),
      'a.json': JSON.stringify(later),
      'c.json': `\n${JSON.stringify(later)}`,
    })
    expect(warnings).toEqual([
      'Service shop/web is defined twice, the later counts: a.json:1 and b.json:1',
      'Service shop/web is defined twice, the later counts: b.json:1 and c.json:2',
    ])
    expect(address(objects)).toMatchObject({ clusterIPs: ['10.96.0.2'] })
  })
  test('in several patterns: their order counts', async () => {
    await read({ 'a.json': JSON.stringify(first), 'b.json': JSON.stringify(later) })
    const { objects, warnings } = await read({}, [path('b.json'), path('*.json')])
    expect(warnings).toEqual(['Service shop/web is defined twice, the later counts: b.json:1 and a.json:1'])
    expect(address(objects)).toMatchObject({ clusterIPs: ['10.96.0.1'] })
  })
  test('Endpoints', async () => {
    const endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'shop' },
      subsets: [{}],
    }
    const { warnings } = await read({ 'a.json': JSON.stringify(endpoints).repeat(2) })
    expect(warnings).toEqual(['Endpoints shop/web is defined twice, the later counts: a.json:1 and a.json:1'])
  })
  test('very often', async () => {
    const { warnings } = await read({ 'a.json': JSON.stringify(first).repeat(150) })
    expect(warnings).toHaveLength(101)
    expect(warnings.at(-1)).toBe('49 more objects are defined twice')
  })
})

test('values that are left out are named with their place', async () => {
  const text = `${yaml.stringify(namespace('shop'))}---\n${yaml.stringify(service('web', 'shop', 'ten'))}`
  expect((await read({ 'a.yaml': text })).warnings).toEqual([
    'a.yaml:6: Service shop/web: spec.clusterIP: "ten" is no IP address',
  ])
})

test('many values that are left out are counted', async () => {
  const services = Array.from({ length: 150 }, (_, index) => service(`web-${index}`, 'shop', 'ten'))
  const { warnings } = await read({ 'a.json': JSON.stringify(list(...services)) })
  expect(warnings).toHaveLength(101)
  expect(warnings.at(-1)).toBe('a.json: 50 more warnings')
})

test('a file that needs more memory to parse than it may take', async () => {
  const { faults } = await read({ 'a.yaml': `a: ${'x'.repeat(65 * 1024 * 1024)}` })
  expect(faults).toEqual(['a.yaml: 68157443 octets of YAML, the limit is 67108864; JSON has none'])
})

describe('patterns', () => {
  const names = [
    'a.yaml',
    'b.json',
    'c.yml',
    'd.txt',
    '.hidden.yaml',
    'sub/e.yaml',
    'sub/deep/f.yaml',
    'sub/.git/g.yaml',
    'x[1].yaml',
    'ä.yaml',
  ]
  let tree = ''
  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'zonecast-patterns-'))
    await mkdir(join(tree, 'sub/deep'), { recursive: true })
    await mkdir(join(tree, 'sub/.git'))
    await mkdir(join(tree, 'empty'))
    for (const name of names) await writeFile(join(tree, name), '')
    await symlink('b.json', join(tree, 'link.json'))
    await symlink('nowhere', join(tree, 'dangling.yaml'))
    await symlink('..', join(tree, 'sub/circle'))
  })
  afterAll(() => rm(tree, { recursive: true }))

  const rows: [patterns: string[], paths: string[]][] = [
    [['.'], ['a.yaml', 'b.json', 'c.yml', 'link.json', 'x[1].yaml', 'ä.yaml']],
    [['sub/'], ['sub/e.yaml']],
    [['d.txt'], ['d.txt']],
    [['*.y*ml'], ['a.yaml', 'c.yml', 'x[1].yaml', 'ä.yaml']],
    [['?.yaml'], ['a.yaml', 'ä.yaml']],
    [['[a-b].*'], ['a.yaml', 'b.json']],
    [['[^a].????'], ['b.json', 'ä.yaml']],
    [['x[[]1].yaml'], ['x[1].yaml']],
    [['.*.yaml'], ['.hidden.yaml']],
    [['*/*.yaml'], ['sub/e.yaml']],
    [['s*/deep/*'], ['sub/deep/f.yaml']],
    [['**/[ef].yaml'], ['sub/deep/f.yaml', 'sub/e.yaml']],
    [['sub/**/deep/**/*'], ['sub/deep/f.yaml']],
    [['./sub/../b.json'], ['b.json']],
    [
      ['b.json', '*.json', 'a.yaml'],
      ['b.json', 'link.json', 'a.yaml'],
    ],
  ]
  test.each(rows)('%j', async (patterns, paths) => {
    const found = await findManifests(patterns.map((pattern) => `${tree}/${pattern}`))
    expect(found.faults).toEqual([])
    expect(found.paths.map((one) => relative(tree, one))).toEqual(paths)
  })

  test.each([
    ['missing.yaml', '.'],
    ['missing/', '.'],
    ['empty', 'empty'],
    ['*.xml', '.'],
    ['sub/missing/*.yaml', 'sub'],
    ['a.yaml/x', 'a.yaml'],
  ])('%s: no file is there, and one would show in %s', async (pattern, directory) => {
    const found = await findManifests([`${tree}/${pattern}`])
    expect(found.faults.map(({ code, place }) => [code, place.file])).toEqual([['no-match', `${tree}/${pattern}`]])
    expect([...found.directories].map((one) => relative(tree, one) || '.')).toContain(directory)
  })

  test('a pattern that finds nothing does not hide what others find', async () => {
    const { paths } = await findManifests([`${tree}/missing/*`, `${tree}/a.yaml`])
    expect(paths).toEqual([join(tree, 'a.yaml')])
  })

  test('what is no file', async () => {
    const { faults } = await readManifests(['/dev/zero'], {})
    expect(faults.map(({ message }) => message)).toEqual(['/dev/zero: is no regular file'])
  })
})
