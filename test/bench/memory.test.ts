import { expect, test } from 'vitest'
import { heldOctets } from './memory.ts'

function mapping(head: string, rss: number, pss: number, anonymous: number): string {
  return `${head}
Size:               9999 kB
Rss:                ${rss} kB
Pss:                ${pss} kB
Pss_Dirty:             0 kB
Anonymous:          ${anonymous} kB
VmFlags: rd ex mr mw me sd
`
}

const program = '00400000-00b00000 r-xp 00001000 08:01 4711 /usr/bin/server'
const data = '00b00000-00b40000 rw-p 00701000 08:01 4711 /usr/bin/server'
const heap = '20802800000-20842800000 rw-p 00000000 00:00 0 [heap]'

test('a program counts in full, however many others have it mapped', () => {
  expect(heldOctets([mapping(program, 6000, 1500, 0) + mapping(heap, 300, 300, 300)])).toBe(6300 * 1024)
})

test('of a program that forked, its pages count once, and those that both still share', () => {
  const parent = mapping(program, 6000, 3000, 0) + mapping(data, 100, 60, 80) + mapping(heap, 300, 200, 300)
  const child = mapping(program, 5000, 2500, 0) + mapping(data, 100, 60, 80) + mapping(heap, 500, 400, 500)
  expect(heldOctets([parent, child])).toBe((6000 + 20 + 2 * 80 + 200 + 400) * 1024)
})
