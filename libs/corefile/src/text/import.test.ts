import { describe, expect, test } from 'vitest'
import { CorefileError, FaultList } from '../errors.ts'
import { readWithImports } from './import.ts'

const files: Readonly<Record<string, string>> = {
  '/conf/Corefile': '',
  '/conf/whoami': 'whoami',
  '/conf/two lines': 'log\nerrors\n',
  '/conf/d/a.conf': 'import b/part\n',
  '/conf/d/b/part': 'health {$PORT}\n',
  '/conf/snippets': '(logs) {\n    log\n}\n',
  '/conf/open': 'health {\n',
}

const source = {
  read(path: string) {
    const text = files[path]
    if (text === undefined) throw new Error('there is no such file')
    return text
  },
  glob: (pattern: string) => Object.keys(files).filter((path) => path.startsWith(pattern.replace('*', ''))),
}

/** Lines of words, with what was read. */
function lines(text: string): { lines: string[]; files: readonly string[]; warnings: string[] } {
  const faults = new FaultList()
  const { words, files } = readWithImports(text, '/conf/Corefile', source, (name) => `:${name}`, faults)
  faults.throwIfAny()
  const joined = words.map((word) => (word.first ? '\n' : ' ') + word.text).join('')
  return { lines: joined.slice(1).split('\n'), files, warnings: faults.warnings.map((warning) => warning.message) }
}

describe('import', () => {
  test.each([
    ['a file in a block', '. {\n import whoami\n}', ['. {', 'whoami', '}']],
    ['a file of several lines', '. {\n import "two lines"\n}', ['. {', 'log', 'errors', '}']],
    ['relative to the file that imports', '. {\n import d/a.conf\n}', ['. {', 'health :PORT', '}']],
    ['a snippet, twice, on lines of its own', '(s) { log\n}\n. {\n import s\n import s\n}', ['. {', 'log', 'log', '}']],
    ['a snippet in a snippet', '(a) {\n log\n}\n(b) {\n import a\n}\n. {\n import b\n}', ['. {', 'log', '}']],
    [
      'a snippet with a block',
      '(s) {\n health {\n  lameduck 1s\n }\n}\n. {\n import s\n}',
      ['. {', 'health {', 'lameduck 1s', '}', '}'],
    ],
    ['a snippet of another file', 'import snippets\n. {\n import logs\n}', ['. {', 'log', '}']],
    ['a snippet goes before a file of its name', '(whoami) {\n log\n}\n. {\n import whoami\n}', ['. {', 'log', '}']],
    ['an absolute path', '. {\n import /conf/whoami\n}', ['. {', 'whoami', '}']],
    ['a variable in the path', '(:X) {\n log\n}\n. {\n import {$X}\n}', ['. {', 'log', '}']],
    ['the word as an argument is no import', '. {\n bind import whoami\n}', ['. {', 'bind import whoami', '}']],
    ['an empty snippet', '(s) {\n}\n. {\n import s\n whoami\n}', ['. {', 'whoami', '}']],
  ])('%s', (_, text, expected) => {
    expect(lines(text).lines).toEqual(expected)
  })

  test('a glob takes all files that match, each as if it stood there', () => {
    const read = lines('. {\n import /conf/d/*\n}')
    expect(read.lines).toEqual(['. {', 'health :PORT', 'health :PORT', '}'])
    expect(read.files).toEqual(['/conf/Corefile', '/conf/d/a.conf', '/conf/d/b/part'])
  })

  test('a glob without a match is a warning', () => {
    expect(lines('. {\n import custom/*.conf\n}').warnings).toEqual([
      '/conf/Corefile:2:9: no file matches "/conf/custom/*.conf"',
    ])
  })

  test('a block that a file opens ends with the file', () => {
    expect(() => lines('. {\n import open\n whoami\n}')).toThrow(/^\/conf\/open:1:8: "\{" is never closed/)
  })

  test('snippets that double each other end at the limit', () => {
    const doubling = Array.from({ length: 14 }, (_, i) => `(a${i + 1}) {\nimport a${i}\nimport a${i}\n}\n`).join('')
    expect(() => lines(`(a0) {\n}\n${doubling}. {\nimport a14\n}\n`)).toThrow('expected at most 1000 imports')
    expect(() => lines('(a) {\nb\n}\n'.concat('x '.repeat(100_001)))).toThrow('expected at most 100000 words')
  })

  test('whatever a source throws is a fault at the import', () => {
    const broken = {
      read: () => {
        throw 'no disk'
      },
      glob: () => {
        throw new Error('no folder')
      },
    }
    const faults = new FaultList()
    readWithImports('import a\nimport b*\n', 'Corefile', broken, () => undefined, faults)
    expect(() => faults.throwIfAny()).toThrow(CorefileError)
    expect(() => faults.throwIfAny()).toThrow(
      'Corefile:1:8: cannot read "a": no disk\nCorefile:2:8: cannot read "b*": no folder',
    )
  })
})
