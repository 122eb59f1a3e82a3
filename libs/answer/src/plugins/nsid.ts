/**
 * The `nsid` plugin (RFC 5001): a client that asks for it is told which server answered, and where its feeds stand. Room for
 * it is kept free while the response is made, so that nothing has to be taken out again.
 */
import { EDNS_OPTION, findOpt, type Message, OPT, OPT_ABSENT, packetOver } from '@zonecast/dns'
import type { Block } from '../block.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Reply } from './exchange.ts'

const OCTETS_MAX = 255
const OPTION_HEAD_OCTETS = 4

/** The option as it goes into a response: code, length, data; empty when the client does not ask or the block does not tell. */
export function nsidOption(
  { edns }: Message,
  { nsid }: Block,
  { identity, positions }: Pick<Surroundings, 'identity' | 'positions'>,
): Uint8Array {
  // What is in the client's option means nothing (RFC 5001 section 2.1).
  const isAsked = edns?.options.some(({ code }) => code === EDNS_OPTION.NSID) ?? false
  if (nsid === undefined || !isAsked) return new Uint8Array()
  const encoder = new TextEncoder()
  let data = encoder.encode(nsid || identity.id).subarray(0, OCTETS_MAX)
  for (const position of positions()) {
    const more = Uint8Array.of(...data, ...encoder.encode(`; ${position}`))
    // Half a position would be another one.
    if (more.length <= OCTETS_MAX) data = more
  }
  const option = new Uint8Array(OPTION_HEAD_OCTETS + data.length)
  const view = new DataView(option.buffer)
  view.setUint16(0, EDNS_OPTION.NSID)
  view.setUint16(2, data.length)
  option.set(data, OPTION_HEAD_OCTETS)
  return option
}

/** The response with an option more; OPT is the last record of every response of ours. */
export function withOption(reply: Reply, option: Uint8Array): Reply {
  const at = findOpt(packetOver(reply))
  if (option.length === 0 || at <= OPT_ABSENT) return reply
  const longer = new Uint8Array(reply.length + option.length)
  longer.set(reply)
  longer.set(option, reply.length)
  const view = new DataView(longer.buffer)
  view.setUint16(at + OPT.LENGTH, view.getUint16(at + OPT.LENGTH) + option.length)
  return longer
}
