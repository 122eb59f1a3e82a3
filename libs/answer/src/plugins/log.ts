/** The `log` plugin: one line a query, in CoreDNS's formats. */
import {
  classToText,
  EDNS_DO,
  FLAG,
  HEADER,
  nameToText,
  RCODE,
  rcodeToText,
  typeToText,
  UDP_OCTETS_PLAIN,
} from '@zonecast/dns'
import type { LogRule } from '../block.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Exchange, type Handler, type Reply, rcodeOf } from './exchange.ts'

type ResponseClass = 'success' | 'denial' | 'error'

export function logged(
  rules: readonly LogRule[],
  { writeLine, now }: Pick<Surroundings, 'writeLine' | 'now'>,
): Handler {
  return async (exchange, next) => {
    // A CNAME target that is looked up on the way is no query of a client.
    if (!exchange.follow) return next(exchange)
    const rule = ruleFor(rules, nameToText(exchange.question.qname).toLowerCase())
    if (rule === undefined) return next(exchange)
    const start = now()
    const octets = await next(exchange)
    const responseClass = classOf(octets)
    if (rule.classes.includes('all') || rule.classes.includes(responseClass)) {
      const values = valuesOf(exchange, octets, responseClass, now() - start)
      const line = rule.format.map((part) => ('literal' in part ? part.literal : (values[part.placeholder]?.() ?? '-')))
      writeLine('info', line.join(''))
    }
    return octets
  }
}

function ruleFor(rules: readonly LogRule[], name: string): LogRule | undefined {
  const holds = (zone: string) => zone === '' || name === `${zone}.` || name.endsWith(`.${zone}.`)
  return rules.find(({ zones }) => zones.some(holds))
}

function classOf(octets: Reply): ResponseClass {
  const rcode = rcodeOf(octets)
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return 'error'
  return rcode === RCODE.NXDOMAIN || isNodata(octets) ? 'denial' : 'success'
}

/** No answers, but an authority section: the zone's SOA says so. */
function isNodata(octets: Reply): boolean {
  const view = new DataView(octets.buffer, octets.byteOffset)
  return view.getUint16(HEADER.ANCOUNT) === 0 && view.getUint16(HEADER.NSCOUNT) > 0
}

function valuesOf(
  { query, message, question, client }: Exchange,
  octets: Reply,
  responseClass: ResponseClass,
  durationMs: number,
): Record<string, () => string> {
  const rcode = rcodeOf(octets)
  const host = (address: string) => (address.includes(':') ? `[${address}]` : address)
  return {
    type: () => typeToText(question.type),
    name: () => nameToText(question.qname),
    class: () => classToText(question.class),
    proto: () => client.transport,
    remote: () => host(client.address),
    local: () => (client.local === undefined ? '-' : host(client.local)),
    size: () => String(query.length),
    port: () => String(client.port),
    duration: () => `${Number((durationMs / 1000).toFixed(9))}s`,
    rcode: () => rcodeToText(rcode),
    rsize: () => String(octets.length),
    '>rflags': () => flagsText(octets),
    '>bufsize': () => String(message.edns?.udpSizeOctets ?? UDP_OCTETS_PLAIN),
    '>do': () => String(((message.edns?.flags ?? 0) & EDNS_DO) !== 0),
    '>id': () => String(message.id),
    '>opcode': () => String(message.opcode),
    '/log/class': () => responseClass,
    '/log/type': () => (rcode === RCODE.NOERROR && isNodata(octets) ? 'NODATA' : rcodeToText(rcode)),
  }
}

function flagsText(octets: Reply): string {
  const flags = new DataView(octets.buffer, octets.byteOffset).getUint16(HEADER.FLAGS)
  const names = ['QR', 'AA', 'TC', 'RD', 'RA', 'Z', 'AD', 'CD'] as const
  return names
    .filter((name) => (flags & FLAG[name]) !== 0)
    .join(',')
    .toLowerCase()
}
