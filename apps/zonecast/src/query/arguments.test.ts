import { CLASS, EDNS_DO, FLAG, nameToText, TYPE } from '@zonecast/dns'
import { describe, expect, test } from 'vitest'
import { parseArguments, type QueryOptions } from './arguments.ts'
import { QueryError } from './errors.ts'
import { helpText } from './help.ts'
import { SWITCHES } from './switches.ts'

const parse = (line: string): QueryOptions => parseArguments(line.split(' ').filter((word) => word !== ''))

describe('the question', () => {
  const rows: [line: string, qname: string, type: number, rrclass: number][] = [
    ['web.example', 'web.example.', TYPE.A, CLASS.IN],
    ['web.example aaaa', 'web.example.', TYPE.AAAA, CLASS.IN],
    ['aaaa web.example', 'web.example.', TYPE.AAAA, CLASS.IN],
    ['version.bind txt ch', 'version.bind.', TYPE.TXT, CLASS.CH],
    ['TYPE731 web.example CLASS32', 'web.example.', 731, 32],
    ['mx mx', 'mx.', TYPE.MX, CLASS.IN],
    ['-q a -t txt -c ch', 'a.', TYPE.TXT, CLASS.CH],
    ['-x 10.0.0.7', '7.0.0.10.in-addr.arpa.', TYPE.PTR, CLASS.IN],
    ['-t any -x 10.0.0.7', '7.0.0.10.in-addr.arpa.', TYPE.ANY, CLASS.IN],
    ['', '.', TYPE.NS, CLASS.IN],
    ['soa', '.', TYPE.SOA, CLASS.IN],
  ]
  for (const [line, qname, type, rrclass] of rows) {
    test(`"${line}"`, () => {
      const options = parse(line)
      expect([nameToText(options.qname), options.type, options.rrclass]).toEqual([qname, type, rrclass])
    })
  }
})

describe('the way to the server', () => {
  const rows: [line: string, options: Partial<QueryOptions>][] = [
    ['a.', { transport: 'udp', port: undefined, server: undefined }],
    ['+tcp a.', { transport: 'tcp' }],
    ['+tcp +notcp a.', { transport: 'udp' }],
    ['@127.0.0.1 -p 5300 a.', { transport: 'udp', port: 5300 }],
    ['@127.0.0.1:5301 -p 5300 a.', { port: 5300 }],
    ['+tls a.', { transport: 'tls', tls: { host: undefined, caFile: undefined, insecure: false } }],
    ['+tls=ns.example +insecure a.', { tls: { host: 'ns.example', caFile: undefined, insecure: true } }],
    ['@tls://ns.example a.', { transport: 'tls' }],
    ['+tls-ca=/tmp/Ca.pem a.', { tls: { host: undefined, caFile: '/tmp/Ca.pem', insecure: false } }],
    ['+https a.', { transport: 'https', http: { method: 'POST', path: '/dns-query' } }],
    ['+https=/Q a.', { http: { method: 'POST', path: '/Q' } }],
    ['+https-get a.', { transport: 'https', http: { method: 'GET', path: '/dns-query' } }],
    ['@https://ns.example:8443/q a.', { transport: 'https', port: 8443, http: { method: 'POST', path: '/q' } }],
    ['@http://ns.example/ +https-get a.', { transport: 'http', http: { method: 'GET', path: '/dns-query' } }],
    ['+timeout=2 +tries=1 a.', { timeoutMs: 2000, tries: 1 }],
  ]
  for (const [line, options] of rows) test(line, () => expect(parse(line)).toMatchObject(options))
})

describe('what is sent', () => {
  test('RD and EDNS with 1232 octets, when nothing is said', () => {
    expect(parse('a.')).toMatchObject({ flags: FLAG.RD, edns: { udpSizeOctets: 1232, flags: 0, options: [] } })
  })
  test('switches turn them', () => {
    expect(parse('+norecurse +cd +ad a.').flags).toBe(FLAG.CD | FLAG.AD)
    expect(parse('+noedns a.').edns).toBe(null)
    expect(parse('+bufsize=4096 +dnssec +nsid a.').edns).toMatchObject({
      udpSizeOctets: 4096,
      flags: EDNS_DO,
      options: [{ code: 3 }],
    })
  })
})

describe('what is printed', () => {
  test('all, or what is switched on', () => {
    expect([...parse('+noall +answer +stats +nostats a.').shown]).toEqual(['answer'])
    expect(parse('+nocomments a.').shown.has('comments')).toBe(false)
    expect(parse('+short a.').short).toBe(true)
  })
})

describe('what is refused, and how it is said', () => {
  const rows: [line: string, message: RegExp][] = [
    ['a. b.', /one name at a time: "b\." is one too many/],
    ['a..b', /a\.\.b: a label has no octets/],
    ['+foo a.', /unknown switch "\+foo"/],
    ['+noshort=1 a.', /\+noshort takes no value/],
    ['+short=1 a.', /\+short takes no value/],
    ['+nobufsize a.', /unknown switch/],
    ['+bufsize a.', /\+bufsize wants a value: \+bufsize=N/],
    ['+bufsize=70000 a.', /a number from 0 to 65535/],
    ['+timeout=0 a.', /a number from 1 to 3600/],
    ['+tls= a.', /\+tls wants a value: \+tls=HOST/],
    ['-p', /-p wants a value/],
    ['-p 0 a.', /"0" is no port/],
    ['-p 99999 a.', /"99999" is no port/],
    ['-x web', /"web" is no address/],
    ['-t nope a.', /"nope" is no type/],
    ['-z a.', /unknown option "-z"/],
    ['axfr example', /transfers/],
    ['@ a.', /names no server/],
    ['@quic://a a.', /unknown scheme "quic".*dns, udp, tcp, tls, https, http/],
    ['@tls://a/path a.', /names no server/],
  ]
  for (const [line, message] of rows) {
    test(line, () => {
      const run = (): unknown => parse(line)
      expect(run).toThrow(QueryError)
      expect(run).toThrow(message)
    })
  }
})

test('the help names every switch', () => {
  for (const { names, negatable } of SWITCHES) expect(helpText()).toContain(`+${negatable ? '[no]' : ''}${names[0]}`)
})
