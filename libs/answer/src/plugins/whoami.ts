/** The `whoami` plugin: tells the client its own address, port and transport, in the additional section. */
import { CLASS, joinNames, nameFromText, parseAddress, RCODE, type ResourceRecord, ROOT, TYPE } from '@zonecast/dns'
import { type Exchange, type Reply, reply } from './exchange.ts'

export async function whoami(exchange: Exchange): Promise<Reply> {
  const { client, question } = exchange
  const address = parseAddress(client.address) ?? Uint8Array.of(0, 0, 0, 0)
  const head = { class: CLASS.IN, ttlSec: 0 }
  const transport = client.transport === 'udp' ? '_udp' : '_tcp'
  const additionals: ResourceRecord[] = [
    { ...head, ownerName: question.qname, type: address.length === 4 ? TYPE.A : TYPE.AAAA, rdata: address },
  ]
  // A name that is too long to go below has no room for the port.
  if (question.qname.length + transport.length + 1 <= 255) {
    const ownerName = joinNames(nameFromText(`${transport}.`), question.qname)
    const rdata = Uint8Array.of(0, 0, 0, 0, client.port >>> 8, client.port & 0xff, ...ROOT)
    additionals.push({ ...head, ownerName, type: TYPE.SRV, rdata })
  }
  return reply(exchange, { rcode: RCODE.NOERROR, authoritative: true, additionals })
}
