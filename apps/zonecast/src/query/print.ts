/** A reply as dig prints it. Whatever a server sends is escaped, so it cannot write to the terminal. */
import {
  classToText,
  FLAG,
  type Message,
  nameToText,
  opcodeToText,
  type Question,
  type ResourceRecord,
  rcodeToText,
  rdataToText,
  typeToText,
} from '@zonecast/dns'
import { questionColumns, recordColumns } from './columns.ts'
import type { ShownSection } from './draft.ts'
import { ednsLines } from './edns-text.ts'

export interface Statistics {
  readonly queryTimeMs: number
  /** `127.0.0.1#53(localhost) (UDP)` */
  readonly server: string
  readonly when: Date
  readonly sizeOctets: number
  /** About the way the reply came. */
  readonly notes: readonly string[]
}

const FLAG_NAMES = ['QR', 'AA', 'TC', 'RD', 'RA', 'AD', 'CD'] as const

/** @param wantedRecursion whether the query had RD. */
export function replyText(
  reply: Message,
  statistics: Statistics,
  shown: ReadonlySet<ShownSection>,
  wantedRecursion: boolean,
): string {
  const comments = shown.has('comments')
  const blocks = [
    comments ? headerLines(reply, wantedRecursion) : [],
    comments && reply.edns !== undefined ? [';; OPT PSEUDOSECTION:', ...ednsLines(reply.edns)] : [],
    section('QUESTION', shown.has('question') ? reply.questions.map(questionLine) : [], comments),
    section('ANSWER', shown.has('answer') ? reply.answers.map(recordLine) : [], comments),
    section('AUTHORITY', shown.has('authority') ? reply.authorities.map(recordLine) : [], comments),
    section('ADDITIONAL', shown.has('additional') ? reply.additionals.map(recordLine) : [], comments),
    shown.has('stats') ? statisticsLines(statistics) : [],
  ]
  // OPT and question stand together; every other block is followed by an empty line.
  return blocks
    .map((lines, index) => (lines.length === 0 ? '' : `${lines.join('\n')}\n${index === 1 || !comments ? '' : '\n'}`))
    .join('')
}

/** Data of the answers, a line each. */
export function shortText(reply: Message): string {
  return reply.answers.map(({ type, rdata }) => `${rdataToText(type, rdata)}\n`).join('')
}

function headerLines(reply: Message, wantedRecursion: boolean): string[] {
  const { opcode, rcode, id, questions, answers, authorities, additionals, edns } = reply
  const flags = FLAG_NAMES.filter((name) => (reply.flags & FLAG[name]) !== 0).map((name) => ` ${name.toLowerCase()}`)
  const additional = additionals.length + (edns === undefined ? 0 : 1)
  const counts = `QUERY: ${questions.length}, ANSWER: ${answers.length}, AUTHORITY: ${authorities.length}, ADDITIONAL: ${additional}`
  return [
    ';; Got answer:',
    `;; ->>HEADER<<- opcode: ${opcodeToText(opcode)}, status: ${rcodeToText(rcode)}, id: ${id}`,
    `;; flags:${flags.join('')}; ${counts}`,
    ...(wantedRecursion && (reply.flags & FLAG.RA) === 0 ? [';; WARNING: recursion requested but not available'] : []),
    ...(reply.surplusOctets > 0 ? [`;; WARNING: ${reply.surplusOctets} octets behind the message`] : []),
  ]
}

function section(title: string, lines: readonly string[], withTitle: boolean): readonly string[] {
  return lines.length > 0 && withTitle ? [`;; ${title} SECTION:`, ...lines] : lines
}

function questionLine({ qname, class: rrclass, type }: Question): string {
  return questionColumns(`;${nameToText(qname)}`, classToText(rrclass), typeToText(type))
}

function recordLine({ ownerName, ttlSec, class: rrclass, type, rdata }: ResourceRecord): string {
  const fields = [String(ttlSec), classToText(rrclass), typeToText(type), rdataToText(type, rdata)] as const
  return recordColumns(nameToText(ownerName), fields)
}

function statisticsLines({ queryTimeMs, server, when, sizeOctets, notes }: Statistics): string[] {
  return [
    `;; Query time: ${Math.round(queryTimeMs)} msec`,
    `;; SERVER: ${server}`,
    ...notes.map((note) => `;; ${note}`),
    `;; WHEN: ${dateText(when)}`,
    `;; MSG SIZE  rcvd: ${sizeOctets}`,
  ]
}

/** `Tue Nov 24 00:12:34 UTC 2026` */
function dateText(date: Date): string {
  const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${day} ${time} UTC ${year}`
}
