/**
 * Rows of questions and what they answer, read as a zone file with $ORIGIN cluster.local. is: names without a last dot lie
 * below it. A line that begins with a type stands for the name in question and the TTL of 5.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeReply, encodeQuestion, type Reply } from './reply.ts'
import { createResponders, type Responder } from './responder.ts'

export interface Row {
  /** `web.shop.svc A` */
  readonly ask: string
  /** The answer section, in any order. NODATA and NXDOMAIN have the zone's SOA in authority, and nothing else. */
  readonly is: 'NODATA' | 'NXDOMAIN' | 'REFUSED' | 'SERVFAIL' | readonly string[]
  /** The answer section, and `also`, in just this order. */
  readonly ordered?: boolean
  /** The additional section; not looked at when absent. */
  readonly also?: readonly string[]
  /** NOERROR when absent, for an answer that has records. */
  readonly rcode?: string
  readonly why: string
}

export const CLUSTER = readFileSync(join(import.meta.dirname, 'cluster.yaml'), 'utf8')
const ORIGIN = 'cluster.local.'

/** A server block with these options in its `kubernetes` stanza. */
export function corefile(options = '', zones = 'cluster.local in-addr.arpa ip6.arpa', rest = ''): string {
  return `. {\n  kubernetes ${zones} {\n    manifests cluster.yaml\n${options}\n  }\n${rest}\n}\n`
}

/** Asks every row of every responder, as it stands and with letters of both cases. */
export function checkRows(name: string, corefileText: string, rows: readonly Row[], manifests = CLUSTER): void {
  describe(name, () => {
    let responders: readonly Responder[]
    beforeAll(async () => {
      responders = await createResponders(corefileText, manifests)
    })
    test.each(rows.map((row) => [row.ask, row.why, row] as const))('%s: %s', async (_ask, _why, row) => {
      for (const responder of responders) {
        for (const spell of [(text: string) => text, mixCase]) await checkRow(responder, row, spell)
      }
    })
  })
}

async function checkRow(responder: Responder, row: Row, spell: (name: string) => string): Promise<void> {
  const [name = '', type = ''] = row.ask.split(' ')
  const qname = spell(absolute(name))
  const reply = await ask(responder, qname, type)
  const where = `${responder.name}: ${qname} ${type}`
  expect(reply.qname, where).toBe(qname)
  if (typeof row.is === 'string') {
    const isNegative = row.is === 'NODATA' || row.is === 'NXDOMAIN'
    expect([reply.rcode, ...reply.answer], where).toEqual([row.is === 'NODATA' ? 'NOERROR' : row.is])
    expect(reply.authority.map(typeOf), where).toEqual(isNegative ? ['SOA'] : [])
    if (isNegative) expect(reply.isAuthoritative, where).toBe(true)
    return
  }
  const comparable = row.ordered === true ? inOrder : alike
  const expected = row.is.map((line) => whole(line, absolute(name)))
  expect([reply.rcode, ...comparable(reply.answer)], where).toEqual([row.rcode ?? 'NOERROR', ...comparable(expected)])
  expect(reply.isAuthoritative, where).toBe(true)
  for (const line of reply.answer.filter((each) => alike([each])[0]?.startsWith(`${absolute(name)} `))) {
    expect(line.split(' ')[0], where).toBe(qname)
  }
  if (row.also === undefined) return
  const also = row.also.map((line) => whole(line, absolute(name)))
  expect(comparable(reply.additional), where).toEqual(comparable(also))
}

export async function ask(responder: Responder, name: string, type: string): Promise<Reply> {
  const client = { transport: 'tcp', address: '127.0.0.1', port: 4000 } as const
  const octets = await responder.handle(encodeQuestion(name, type), client)
  if (octets === undefined) throw new Error(`no answer to ${name} ${type}`)
  return decodeReply(octets)
}

function alike(lines: readonly string[]): string[] {
  return inOrder(lines).sort()
}

function inOrder(lines: readonly string[]): string[] {
  return lines.map((line) => line.toLowerCase().replace(/(soa \S+ \S+) \d+/, '$1 0'))
}

const TYPES = new Set(['A', 'AAAA', 'SRV', 'CNAME', 'PTR', 'TXT', 'NS', 'SOA', 'HINFO'])
/** Types whose data ends in a name. */
const NAMED = new Set(['SRV', 'CNAME', 'PTR', 'NS'])

/** A line with owner, TTL and class, all names absolute. */
function whole(line: string, owner: string): string {
  const words = line.split(' ')
  const [name, ttl, ...rest] = TYPES.has(words[0] ?? '')
    ? [owner, '5', ...words]
    : [absolute(words[0] ?? ''), ...words.slice(1).filter((word) => word !== 'IN')]
  const last = rest.at(-1) ?? ''
  const named = NAMED.has(rest[0] ?? '') ? [...rest.slice(0, -1), absolute(last)] : rest
  return [name, ttl, 'IN', ...named].join(' ')
}

function absolute(name: string): string {
  if (name === '@') return ORIGIN
  return name.endsWith('.') ? name : `${name}.${ORIGIN}`
}

function typeOf(line: string): string {
  return line.split(' ')[3] ?? ''
}

/** Every other letter in upper case. */
function mixCase(name: string): string {
  return name.replaceAll(/[a-z]/g, (letter, at: number) => (at % 2 === 0 ? letter.toUpperCase() : letter))
}
