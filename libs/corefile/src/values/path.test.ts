import { expect, test } from 'vitest'
import { resolveBeside } from './path.ts'

test.each([
  ['Corefile', 'a.yaml', 'a.yaml'],
  ['Corefile', './cluster/*.yaml', 'cluster/*.yaml'],
  ['/etc/coredns/Corefile', 'a', '/etc/coredns/a'],
  ['/etc/coredns/Corefile', '../a//b/', '/etc/a/b'],
  ['/etc/coredns/Corefile', '/a', '/a'],
  ['/Corefile', '../../a', '/a'],
  ['conf/Corefile', '../../a', '../a'],
  ['conf/Corefile', '..', '.'],
  ['../Corefile', 'a', '../a'],
])('%s names %s: %s', (file, path, expected) => {
  expect(resolveBeside(file, path)).toBe(expected)
})
