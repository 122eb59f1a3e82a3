import { expect, test } from 'vitest'
import { accept } from './header.ts'
import { packetOver } from './packet.ts'

const rows: [why: string, octets: number[], acceptance: string][] = [
  ['one question', [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0], 'answer'],
  ['with additional records', [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 9], 'answer'],
  ['no octets', [], 'drop'],
  ['no whole header', [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0], 'drop'],
  ['an answer', [0, 1, 0x81, 0, 0, 1, 0, 0, 0, 0, 0, 0], 'drop'],
  ['an answer to a NOTIFY', [0, 1, 0xa0, 0, 0, 1, 0, 0, 0, 0, 0, 0], 'drop'],
  ['NOTIFY', [0, 1, 0x20, 0, 0, 1, 0, 0, 0, 0, 0, 0], 'notimp'],
  ['UPDATE, whatever it counts', [0, 1, 0x28, 0, 0, 1, 0, 2, 0, 3, 0, 0], 'notimp'],
  ['no question', [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 'formerr'],
  ['two questions', [0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0], 'formerr'],
  ['an answer record', [0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0], 'formerr'],
  ['an authority record', [0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0], 'formerr'],
]
for (const [why, octets, acceptance] of rows) {
  test(`${why}: ${acceptance}`, () => expect(accept(packetOver(Uint8Array.from(octets)))).toBe(acceptance))
}
