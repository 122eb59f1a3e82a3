/** Asks an answerer in this process, without a listener: by the way that a query over TCP takes, so nothing is truncated. */
import { hostname } from 'node:os'
import { type Answerer, createQueryHandler, type Surroundings } from '@zonecast/answer'
import { decodeMessage, type Message } from '@zonecast/dns'
import { nameserverAddresses } from './dump/zones-over.ts'
import { PROGRAM } from './version.ts'

/** @param address that of who asks: some answers are for some clients only */
export async function askAnswerer(
  answerer: Answerer,
  query: Uint8Array,
  address: string = '127.0.0.1',
): Promise<Message> {
  const octets = await createQueryHandler(answerer, surroundings())(query, { transport: 'tcp', address, port: 0 })
  return decodeMessage(octets ?? new Uint8Array())
}

function surroundings(): Surroundings {
  return {
    identity: { version: PROGRAM, id: hostname() },
    positions: () => [],
    ownAddresses: nameserverAddresses,
    writeLine: () => {},
    now: () => performance.now(),
    later: (delayMs, callback) => void setTimeout(callback, delayMs).unref(),
  }
}
