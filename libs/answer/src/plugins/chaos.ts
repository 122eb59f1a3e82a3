/**
 * Who answers, told in class CH as servers have long done (RFC 4892): TXT at version.bind, id.server and their synonyms. With the
 * version, in records after the first, comes where each feed stands.
 */
import { CLASS, lowerCaseName, type Message, nameToText, RCODE, TYPE } from '@zonecast/dns'
import type { ReplyFields } from './exchange.ts'

export interface Identity {
  /** E.g. `zonecast 0.1.0`. At most 255 octets of ASCII count. */
  readonly version: string
  /** The host's name. */
  readonly id: string
}

/**
 * What to say to a question of class CH; undefined: it asks for nothing we tell.
 * @param positions of the feeds, `NAME EPOCH-N`
 */
export function answerChaos(
  { questions }: Message,
  identity: Identity,
  positions: readonly string[],
): ReplyFields | undefined {
  const [question] = questions
  if (question === undefined || question.class !== CLASS.CH) return undefined
  const texts = textsAt(nameToText(lowerCaseName(question.qname)), identity, positions)
  if (texts.length === 0) return undefined
  if (question.type !== TYPE.TXT && question.type !== TYPE.ANY) return { rcode: RCODE.NOERROR, authoritative: true }
  const answers = texts.map((text) => {
    const string = new TextEncoder().encode(text).subarray(0, 255)
    const rdata = Uint8Array.of(string.length, ...string)
    return { ownerName: question.qname, type: TYPE.TXT, class: CLASS.CH, ttlSec: 0, rdata }
  })
  return { rcode: RCODE.NOERROR, authoritative: true, answers }
}

function textsAt(name: string, { version, id }: Identity, positions: readonly string[]): string[] {
  if (name === 'version.bind.' || name === 'version.server.') return [version, ...positions]
  return name === 'id.server.' || name === 'hostname.bind.' ? [id] : []
}
