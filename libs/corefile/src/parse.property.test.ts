/** Whatever the text, there is a configuration or there are faults with a place in it; and hostile texts come to an end. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describeConfiguration } from './describe.ts'
import { directiveNames, directives } from './directives/index.ts'
import { CorefileError } from './errors.ts'
import { parseCorefile } from './parse.ts'

const parts: Readonly<Record<string, string>> = {
  a: 'log\nimport b',
  b: 'health {',
  c: '(s) {\n errors\n}',
  d: 'import d',
}

const source = {
  read(path: string) {
    const text = parts[path]
    if (text === undefined) throw new Error('there is no such file')
    return text
  },
  glob: () => ['a', 'c'],
}

/** The faults' codes; empty when there is a configuration, which can be described. */
function outcome(text: string): readonly string[] {
  try {
    const configuration = parseCorefile(text, { source, environment: (name) => parts[name] })
    expect(configuration.blocks.length).toBeGreaterThan(0)
    expect(describeConfiguration(configuration).length).toBeGreaterThan(1)
    return []
  } catch (error) {
    if (!(error instanceof CorefileError)) throw error
    const lines = text.split('\n')
    for (const { position, message } of error.faults) {
      expect(message).not.toMatch(/\p{Cc}/u)
      if (position.file !== 'Corefile') continue
      expect(position.line).toBeLessThanOrEqual(lines.length)
      expect(position.column).toBeLessThanOrEqual((lines[position.line - 1]?.length ?? 0) + 1)
    }
    return error.faults.map(({ code }) => code)
  }
}

const optionNames = directiveNames.flatMap((name) => Object.keys(directives[name].options))

const word = fc.oneof(
  fc.constantFrom<string>(...directiveNames, ...optionNames),
  fc.constantFrom(
    '{',
    '}',
    '"',
    '\\',
    '#',
    ',',
    'import',
    '(s)',
    's',
    'a',
    'b',
    'c',
    'd',
    'a*',
    '{$a}',
    '{$X:y}',
    '{%',
  ),
  fc.constantFrom('.', 'tls://a', '10.0.0.0/12', ':53', '127.0.0.1', 'lo', ':8080', '5s', '30', 'verified', '{name}'),
  fc.string({ maxLength: 4 }),
)
const space = fc.constantFrom(' ', ' ', '\n', '\n', '', '\t', '\r\n')
const text = fc.array(fc.tuple(word, space)).map((pairs) => pairs.flat().join(''))

describe('any text', () => {
  test('of words of the language', () => {
    fc.assert(
      fc.property(text, (corefile) => void outcome(corefile)),
      { numRuns: 500 },
    )
  })

  test('in a server block', () => {
    fc.assert(
      fc.property(text, (corefile) => void outcome(`. {\n${corefile}\n}\n`)),
      { numRuns: 500 },
    )
  })

  test('of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (corefile) => void outcome(corefile)))
  })

  test('a directive with any arguments', () => {
    const name = fc.constantFrom<string>(...directiveNames)
    fc.assert(
      fc.property(name, fc.array(word), fc.array(fc.array(word)), (directive, args, lines) => {
        const block = lines.map((line) => `  ${line.join(' ')}\n`).join('')
        outcome(`. {\n ${directive} ${args.join(' ')} {\n${block} }\n}\n`)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a text that is made to be slow comes to an end', () => {
  const fill = (piece: string, octets = 1_000_000) => piece.repeat(octets / piece.length)
  const numbered = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n')

  test.each([
    ['backslashes', fill('\\ '), ['bad-zone']],
    ['quotes that are never closed', fill('"a\n'), ['bad-zone']],
    ['opening braces', fill('{ '), ['too-large']],
    ['closing braces', fill('} '), ['unexpected-brace']],
    ['blocks in blocks', `. {\n${fill('a {\n')}`, ['too-large']],
    ['one word', fill('a'), ['bad-zone']],
    ['too long a file', fill('a\n', 2_000_000), ['too-large']],
    ['mistyped words', `. {\n${numbered(90_000, (i) => `hel${i}`)}\n}`, ['unknown-directive']],
    ['prefixes as keys', `${fill('10.0.0.0/1 ')}{\n}`, ['too-large']],
    ['prefixes as zones', `. {\n${fill('log 10.0.0.0/9\n', 600_000)}}`, ['too-large']],
    ['addresses', `. {\nwhoami\n${numbered(45_000, (i) => `bind fd00::${i % 10_000}`)}\n}`, ['too-large']],
    ['variables', `. {\nwhoami\nlog ${fill('{$a}')}\n}`, ['too-large']],
    ['beginnings of variables', `. ${fill('{$')}`, ['bad-variable']],
    ['imports', `. {\n${fill('import c\n')}}`, ['too-large']],
    ['long durations', `. {\nhealth {\nlameduck ${fill('1h')}\n}\n}`, ['bad-value']],
  ])('%s', (_, corefile, expected) => {
    expect(outcome(corefile)).toEqual(expect.arrayContaining(expected))
  })
})
