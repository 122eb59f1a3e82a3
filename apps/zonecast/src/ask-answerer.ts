/** Asks an answerer in this process, without a listener: by the way that a query over TCP takes, so nothing is truncated. */
import { hostname } from 'node:os'
import { type Answerer, createQueryHandler, type Surroundings } from '@zonecast/answer'
import { decodeMessage, type Message } from '@zonecast/dns'
import { nameserverAddresses } from './dump/zones-over.ts'
import { PROGRAM } from './version.ts'

const HERE = { transport: 'tcp', address: '127.0.0.1', port: 0 } as const

export async function askAnswerer(answerer: Answerer, query: Uint8Array): Promise<Message> {
  const octets = await createQueryHandler(answerer, surroundings())(query, HERE)
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
