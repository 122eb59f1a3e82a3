import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KubernetesError } from '../errors.ts'
import { parsePiece } from './json-piece.ts'
import { JSON_LIMITS, type JsonLimits, JsonSplitter } from './json-splitter.ts'

type Event = readonly ['item' | 'document', document: number, line: number, value: unknown]

function split(chunks: readonly Uint8Array[], limits: JsonLimits = JSON_LIMITS): Event[] {
  const events: Event[] = []
  const splitter = new JsonSplitter(
    {
      item: (piece) => events.push(['item', piece.document, piece.lineAt(0), parsePiece(piece)]),
      document: (piece) => events.push(['document', piece.document, piece.lineAt(0), parsePiece(piece)]),
    },
    limits,
  )
  for (const chunk of chunks) {
    splitter.write(chunk)
    chunk.fill(0x21)
  }
  splitter.end()
  return events
}

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The text whole, octet by octet, and cut in two at every boundary; chunks are overwritten once they were taken. */
function cuts(text: string): Uint8Array[][] {
  const whole = octets(text)
  const two = Array.from({ length: whole.length + 1 }, (_, at) => [whole.slice(0, at), whole.slice(at)])
  return [[whole.slice()], Array.from(whole, (octet) => Uint8Array.of(octet)), ...two]
}

const rows: [name: string, text: string, events: Event[]][] = [
  ['nothing', '', []],
  ['white space and a byte order mark', '\ufeff \n\t\r\n', []],
  ['a document without items', '{"kind":"Service"}', [['document', 1, 1, { kind: 'Service' }]]],
  [
    'a list as kubectl writes it',
    '{\n  "apiVersion": "v1",\n  "items": [\n    {\n      "a": 1\n    },\n    {"b": "ä€😀"}\n  ],\n  "kind": "List"\n}\n',
    [
      ['item', 1, 4, { a: 1 }],
      ['item', 1, 7, { b: 'ä€😀' }],
      ['document', 1, 1, { apiVersion: 'v1', items: [], kind: 'List' }],
    ],
  ],
  [
    'documents one after another',
    '{"a":1}{"items":[{"b":2}]}\n\n {"c":3}',
    [
      ['document', 1, 1, { a: 1 }],
      ['item', 2, 1, { b: 2 }],
      ['document', 2, 1, { items: [] }],
      ['document', 3, 3, { c: 3 }],
    ],
  ],
  ['no items', '{"items": [ ]}', [['document', 1, 1, { items: [] }]]],
  ['items that are null', '{"items":null,"a":[{}]}', [['document', 1, 1, { items: null, a: [{}] }]]],
  ['items that are no list', '{"items":{"items":[{}]}}', [['document', 1, 1, { items: { items: [{}] } }]]],
  ['a list of what is no object stays', '{"items": [ "x", {}, [1]]}', [['document', 1, 1, { items: ['x', {}, [1]] }]]],
  [
    'items further down stay',
    '{"data":{"items":[{}]},"list":[{"items":[{}]}]}',
    [['document', 1, 1, { data: { items: [{}] }, list: [{ items: [{}] }] }]],
  ],
  ['the text "items" is not the key', '{"a":"items","b":[{}]}', [['document', 1, 1, { a: 'items', b: [{}] }]]],
  [
    'keys that are nearly items',
    '{"item":[{}],"itemss":[{}],"xitems":[{}],"\\items":[{}]}'.replace('\\i', '\\"i'),
    [['document', 1, 1, { item: [{}], itemss: [{}], xitems: [{}], '"items': [{}] }]],
  ],
  [
    'items within items stay',
    '{"items":[{"items":[{}]}]}',
    [
      ['item', 1, 1, { items: [{}] }],
      ['document', 1, 1, { items: [] }],
    ],
  ],
  [
    'brackets, quotes and backslashes in strings',
    '{"items":[{"a":"]}\\"{[\\\\"},{"b\\\\\\"}":"\\\\"}]}',
    [
      ['item', 1, 1, { a: ']}"{[\\' }],
      ['item', 1, 1, { 'b\\"}': '\\' }],
      ['document', 1, 1, { items: [] }],
    ],
  ],
]
describe.each(rows)('%s', (_, text, events) => {
  test('at every boundary', () => {
    for (const chunks of cuts(text)) expect(split(chunks)).toEqual(events)
  })
})

const faults: [name: string, text: string, message: string][] = [
  ['no document', 'x', 'line 1: document 1: found "x", expected "{"'],
  ['a list', '\n[{}]', 'line 2: document 1: found "[", expected "{"'],
  ['after a document', '{}\n,{}', 'line 2: document 2: found ",", expected "{"'],
  ['no comma between items', '{"items":[{}\n{}]}', 'line 2: document 1: found "{", expected "," or "]"'],
  ['a comma after the last item', '{"items":[{},\n]}', 'line 2: document 1: found "]", expected "{"'],
  ['an item that is no object', '{"items":[{},\n1]}', 'line 2: document 1: found "1", expected "{"'],
  ['an item with a fault', '{}\n{"items":[{},{\n\n"a":1,}]}', 'line 4: document 2: found "}", expected a key'],
  [
    'an item with a bracket of the other kind',
    '{"items":[{"a":[1,\n2}\n]}',
    'line 2: document 1: found "}", expected "," or "]"',
  ],
  [
    'a document with a fault before its items',
    '{"a":\n01,\n"items":[{}]}',
    'line 2: document 1: found "1", expected "," or "}"',
  ],
  [
    'a document with a fault after its items',
    '{"a":1,\n"items":[{\n},\n\n{}\n],\n"b" 1}',
    'line 7: document 1: found "1", expected ":"',
  ],
  ['the end within an item', '{"items":[{"a":\n', 'line 2: document 1: the text ends, expected a value'],
  ['the end within items', '{"items":[{},\n', 'line 2: document 1: the text ends within "items"'],
  ['the end within a document', '{"a":1\n', 'line 2: document 1: the text ends, expected "," or "}"'],
  ['the end within a string', '{"a":"\\', 'line 1: document 1: the text ends inside a string'],
  ['a quote too few', '{"items":[{"a":"b},\n{"c":1}]}\n', 'line 1: document 1: a string is not closed on its line'],
]
test.each(faults)('%s names document and line', (_, text, message) => {
  for (const chunks of cuts(text)) expect(() => split(chunks)).toThrow(message)
})

test('octets that are not UTF-8', () => {
  const text = octets('{"items":[{"a":\n"?"}]}')
  text[text.indexOf(0x3f)] = 0xff
  expect(() => split([text])).toThrow('line 2: document 1: the line is not UTF-8')
})

describe('limits', () => {
  const code = (text: string, limits: Partial<JsonLimits>): string | undefined => {
    const codes = cuts(text).map((chunks) => {
      try {
        split(chunks, { ...JSON_LIMITS, ...limits })
        return undefined
      } catch (error) {
        return error instanceof KubernetesError ? error.code : 'another error'
      }
    })
    expect(new Set(codes).size).toBe(1)
    return codes[0]
  }
  test.each<[text: string, limits: Partial<JsonLimits>, code: string | undefined]>([
    ['{"a":[{}]}', { depthMax: 3 }, undefined],
    ['{"a":[{}]}', { depthMax: 2 }, 'too-deep'],
    ['{"items":[{}]}', { depthMax: 2 }, 'too-deep'],
    ['{"items":[{"a":1},{"b":2},{"c":3}],"d":4}', { pieceOctetsMax: 18 }, undefined],
    ['{"items":[{"a":1},{"b":2},{"c":3}],"d":4}', { pieceOctetsMax: 17 }, 'too-large'],
    ['{"items":[{"a":"0123456789"}]}', { pieceOctetsMax: 18 }, undefined],
    ['{"items":[{"a":"0123456789a"}]}', { pieceOctetsMax: 18 }, 'too-large'],
    ['{"items":[{"a" "0123456789a"}]}', { pieceOctetsMax: 18 }, 'json-syntax'],
  ])('%s with %j: %s', (text, limits, expected) => {
    expect(code(text, limits)).toBe(expected)
  })
})

test('what it gives is what JSON.parse gives', () => {
  const value = fc.jsonValue({ maxDepth: 4 })
  const item = fc.dictionary(fc.string(), value)
  const document = fc.oneof(
    fc.record({ kind: fc.string(), items: fc.array(item), 'ä"': value }),
    fc.dictionary(
      fc.string().filter((key) => key !== 'items'),
      value,
    ),
  )
  const printed = fc.tuple(
    fc.array(document, { maxLength: 4 }),
    fc.constantFrom(undefined, 1, '\t'),
    fc.infiniteStream(fc.nat(40)),
  )
  fc.assert(
    fc.property(printed, ([documents, space, sizes]) => {
      const text = octets(documents.map((one) => JSON.stringify(one, undefined, space)).join('\n'))
      const chunks: Uint8Array[] = []
      for (let at = 0; at < text.length; ) {
        const end = at + 1 + (sizes.next().value ?? 0)
        chunks.push(text.slice(at, end))
        at = end
      }
      const parsed: unknown[] = []
      let items: unknown[] = []
      for (const [kind, , , value] of split(chunks)) {
        if (kind === 'item') items.push(value)
        else {
          parsed.push(items.length === 0 ? value : { ...(value as object), items })
          items = []
        }
      }
      expect(parsed).toEqual(JSON.parse(`[${documents.map((one) => JSON.stringify(one)).join(',')}]`))
    }),
    { numRuns: 1000 },
  )
})
