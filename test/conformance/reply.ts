/** Replies as `dns-packet` reads them, which is not our decoder, as lines of a zone file. */
import { formatAddress, parseAddress } from '@zonecast/dns'
import packet, { type DecodedPacket, type RecordType } from 'dns-packet'

export interface Reply {
  readonly rcode: string
  readonly isAuthoritative: boolean
  /** As the question spells it. */
  readonly qname: string
  readonly answer: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
}

/** @param name absolute, with its last dot */
export function encodeQuestion(name: string, type: string): Uint8Array {
  const relative = name === '.' ? '.' : name.replace(/\.$/, '')
  const questions = [{ name: relative, type: type as RecordType, class: 'IN' as const }]
  return packet.encode({ type: 'query', id: 7, flags: packet.RECURSION_DESIRED, questions })
}

export function decodeReply(octets: Uint8Array): Reply {
  const reply = packet.decode(Buffer.from(octets))
  const { answers = [], authorities = [], additionals = [], questions = [] } = reply
  return {
    rcode: (reply as DecodedPacket & { rcode: string }).rcode,
    isAuthoritative: reply.flag_aa,
    qname: absolute(questions[0]?.name ?? ''),
    answer: answers.map(line),
    authority: authorities.map(line),
    additional: additionals.map(line),
  }
}

type Answer = NonNullable<DecodedPacket['answers']>[number]

function line(record: Answer): string {
  const ttl = 'ttl' in record ? record.ttl : 0
  return `${absolute(record.name)} ${ttl} IN ${record.type} ${rdata(record)}`
}

function rdata(record: Answer): string {
  switch (record.type) {
    case 'A':
      return record.data
    case 'AAAA':
      // dns-packet does not shorten the longest run of zeros, as RFC 5952 wants.
      return formatAddress(parseAddress(record.data) ?? new Uint8Array(16))
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return absolute(record.data)
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = record.data
      return `${priority} ${weight} ${port} ${absolute(target)}`
    }
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data
      return `${absolute(mname)} ${absolute(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`
    }
    case 'TXT':
      return [record.data]
        .flat()
        .map((text) => `"${text}"`)
        .join(' ')
    case 'HINFO':
      return `"${record.data.cpu}" "${record.data.os}"`
    default:
      return '?'
  }
}

function absolute(name: string): string {
  return name === '.' || name === '' ? '.' : `${name}.`
}
