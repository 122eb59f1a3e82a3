import { expect, test } from 'vitest'
import { KubernetesError } from './errors.ts'
import type { Labels } from './objects.ts'
import { parseSelector } from './selector.ts'

const matching: [expression: string, labels: Labels, matches: boolean][] = [
  ['', {}, true],
  [' ', { a: 'b' }, true],
  ['a=b', { a: 'b' }, true],
  ['a=b', { a: 'c' }, false],
  ['a=b', {}, false],
  ['a == b', { a: 'b' }, true],
  ['a!=b', { a: 'b' }, false],
  ['a!=b', { a: 'c' }, true],
  ['a!=b', {}, true],
  ['a=', { a: '' }, true],
  ['a=', {}, false],
  ['a!=', { a: '' }, false],
  ['a in (x,y)', { a: 'y' }, true],
  ['a in(x , y)', { a: 'z' }, false],
  ['a in (x,y)', {}, false],
  ['a in (x,)', { a: '' }, true],
  ['a notin (x)', { a: 'x' }, false],
  ['a notin (x)', { a: 'y' }, true],
  ['a notin (x)', {}, true],
  ['a', { a: '' }, true],
  ['a', { b: '' }, false],
  ['!a', { a: '' }, false],
  ['! a', {}, true],
  ['a=b,c=d', { a: 'b', c: 'd' }, true],
  ['a=b,c=d', { a: 'b' }, false],
  ['a, !b ,c in (d)', { a: '', c: 'd' }, true],
  ['in in (in)', { in: 'in' }, true],
  ['notin=in', { notin: 'in' }, true],
  ['kubernetes.io/name=web.v1_x', { 'kubernetes.io/name': 'web.v1_x' }, true],
  ['constructor', {}, false],
  ['!toString', {}, true],
]
test.each(matching)('%j of %j: %s', (expression, labels, matches) => {
  expect(parseSelector(expression).matches(labels)).toBe(matches)
})

test('the keys that it looks at, each once', () => {
  expect(parseSelector('a=b,x.io/c in (d,e),!f,a!=z,g').keys).toEqual(['a', 'x.io/c', 'f', 'g'])
  expect(parseSelector('').keys).toEqual([])
})

const broken: [expression: string, column: number, problem: string][] = [
  ['a=b,', 5, 'found the end, expected a label key'],
  [',a', 1, 'found ",", expected a label key'],
  ['=b', 1, 'found "=", expected a label key'],
  ['a b', 3, 'found "b", expected =, ==, !=, in, notin, a comma or the end'],
  ['a=b c', 5, 'found "c", expected a comma or the end'],
  ['a===b', 4, 'found "=", expected a label value'],
  ['a in x', 6, 'found "x", expected "(" and a list of values'],
  ['a in ()', 7, 'found ")", expected a label value'],
  ['a in (x', 8, 'found the end, expected a comma or ")"'],
  ['a in (x y)', 9, 'found "y", expected a comma or ")"'],
  ['a>5', 2, 'found ">", expected =, ==, !=, in, notin, a comma or the end'],
  ['!', 2, 'found the end, expected a label key'],
  ['!a=b', 3, 'found "=", expected a comma or the end'],
  ['  -a=b', 3, 'found "-a", expected a label key: [PREFIX/]NAME'],
  ['a/b/c', 1, 'found "a/b/c", expected a label key: [PREFIX/]NAME'],
  ['UP.io/a', 1, 'found "UP.io/a", expected a label key: [PREFIX/]NAME'],
  ['/a', 1, 'found "/a", expected a label key: [PREFIX/]NAME'],
  ['ä=b', 1, 'found "ä", expected a label key'],
  ['a=b-', 3, 'found "b-", expected a label value of at most 63 letters, digits, "-", "_" and "."'],
  [
    `a=${'x'.repeat(64)}`,
    3,
    `found "${'x'.repeat(64)}", expected a label value of at most 63 letters, digits, "-", "_" and "."`,
  ],
]
test.each(broken)('%j is refused at column %d', (expression, column, problem) => {
  let error: unknown
  try {
    parseSelector(expression)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(KubernetesError)
  expect(error).toMatchObject({
    code: 'selector-syntax',
    place: { column },
    problem,
    message: `column ${column}: ${problem}`,
  })
})
