import { encodeQuery, FLAG, nameFromText, TYPE } from '@zonecast/dns'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mismatch } from './match-reply.ts'

const sent = encodeQuery({ qname: nameFromText('web.example'), type: TYPE.A, id: 7 })

function reply(change: { qname?: string; type?: number; class?: number; id?: number; flags?: number }): Uint8Array {
  const { qname = 'web.example', type = TYPE.A, id = 7, flags = FLAG.QR } = change
  return encodeQuery({ qname: nameFromText(qname), type, id, flags, class: change.class ?? 1, edns: null })
}

const noQuestion = (rcode: number): Uint8Array => Uint8Array.of(0, 7, 0x80, rcode, 0, 0, 0, 0, 0, 0, 0, 0)

const rows: [why: string, octets: Uint8Array, fault: string | undefined][] = [
  ['the reply', reply({}), undefined],
  ['the reply, the name spelled otherwise', reply({ qname: 'WEB.Example' }), undefined],
  ['an error without the question', noQuestion(1), undefined],
  ['no error, and no question', noQuestion(0), 'another question than was asked'],
  ['another id', reply({ id: 8 }), 'id 8 instead of 7'],
  ['a query', reply({ flags: 0 }), 'a query, not a reply'],
  ['another name', reply({ qname: 'web.exampl4' }), 'another question than was asked'],
  ['a longer name', reply({ qname: 'web.example.a' }), 'another question than was asked'],
  ['another type', reply({ type: TYPE.AAAA }), 'another question than was asked'],
  ['another class', reply({ class: 3 }), 'another question than was asked'],
  ['half a header', new Uint8Array(11), '11 octets are no message'],
]
for (const [why, octets, fault] of rows) test(why, () => expect(mismatch(sent, octets)).toBe(fault))

test('any octets are judged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
      expect(['string', 'undefined']).toContain(typeof mismatch(sent, octets))
    }),
  )
})
