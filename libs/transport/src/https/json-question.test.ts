import { decodeMessage, EDNS_DO, FLAG, nameToText, typeToText } from '@zonecast/dns'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonQuery } from './json-question.ts'

function ask(parameters: Readonly<Record<string, string>>) {
  const query = jsonQuery((name) => parameters[name])
  if (!(query instanceof Uint8Array)) return query.error
  const { id, flags, questions, edns } = decodeMessage(query)
  const question = questions.map(({ qname, type }) => `${nameToText(qname)} ${typeToText(type)}`).join()
  return { id, question, cd: (flags & FLAG.CD) !== 0, rd: (flags & FLAG.RD) !== 0, do: edns?.flags === EDNS_DO }
}

const PLAIN = { id: 0, question: 'web.shop.example. A', cd: false, rd: true, do: false }
const name = 'web.shop.example'

describe('jsonQuery', () => {
  it.each([
    ['A when no type is said', { name }, PLAIN],
    ['a type by word, ignoring case', { name, type: 'srv' }, { ...PLAIN, question: 'web.shop.example. SRV' }],
    ['a type by number', { name, type: '28' }, { ...PLAIN, question: 'web.shop.example. AAAA' }],
    ['a type without a word', { name, type: '65280' }, { ...PLAIN, question: 'web.shop.example. TYPE65280' }],
    ['the root', { name: '.' }, { ...PLAIN, question: '. A' }],
    ['a name with its last dot', { name: `${name}.` }, PLAIN],
    ['cd and do', { name, cd: '1', do: 'TRUE' }, { ...PLAIN, cd: true, do: true }],
    ['cd and do bare', { name, cd: '', do: '' }, { ...PLAIN, cd: true, do: true }],
    ['cd and do off', { name, cd: '0', do: 'false' }, PLAIN],
    ['a client subnet, without effect', { name, edns_client_subnet: '192.0.2.0/24' }, PLAIN],
    ['a client address, without effect', { name, edns_client_subnet: '2001:db8::1' }, PLAIN],
    ['padding and what it does not know', { name, random_padding: 'xxxx', ct: 'x', more: 'y' }, PLAIN],
  ])('understands %s', (_reason, parameters, expected) => expect(ask(parameters)).toEqual(expected))

  it.each([
    ['no name', {}, 'name is missing: which name is asked for?'],
    ['an empty name', { name: '' }, 'name is missing: which name is asked for?'],
    ['an empty label', { name: 'a..b' }, /^name="a\.\.b" is not a domain name: /],
    ['a label that is too long', { name: 'a'.repeat(64) }, /is not a domain name: /],
    ['no such type', { name, type: 'nope' }, 'type="nope" is neither a record type nor a number up to 65535'],
    ['type 0', { name, type: '0' }, /^type="0" is neither/],
    ['a type that is too large', { name, type: '65536' }, /^type="65536" is neither/],
    ['OPT, which is no question', { name, type: '41' }, /^type="41" is neither/],
    ['cd=maybe', { name, cd: 'maybe' }, 'cd is 1, true, 0 or false'],
    ['do=2', { name, do: '2' }, 'do is 1, true, 0 or false'],
    ['no subnet', { name, edns_client_subnet: '300.0.0.0/8' }, /^edns_client_subnet="300.0.0.0\/8" is neither/],
  ])('refuses %s', (_reason, parameters: Readonly<Record<string, string>>, expected) => {
    expect(ask(parameters)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
  })

  it('gives a query or a reason for any parameters', () => {
    const text = fc.option(fc.string({ maxLength: 300 }), { nil: undefined })
    fc.assert(
      fc.property(text, text, text, (given, type, cd) => {
        const query = jsonQuery((parameter) => ({ name: given, type, cd })[parameter])
        if (query instanceof Uint8Array) expect(decodeMessage(query).questions).toHaveLength(1)
        else expect(query.error.length).toBeLessThan(600)
      }),
    )
  })
})
