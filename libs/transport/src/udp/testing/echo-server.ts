/**
 * A process with one UDP listener, so that the same tests can run against every runtime and every carrier, stop it while
 * datagrams queue up, and see it end. Takes its options as JSON in the first argument, commands as lines of JSON on
 * standard input, and says what happens as lines of JSON on standard output.
 */
import { createInterface } from 'node:readline'
import { TransportError } from '../../errors.ts'
import type { ListenAddress } from '../bind-plan.ts'
import { openUdp } from '../open-udp.ts'
import type { Udp } from '../udp.ts'
import { echo } from './echo.ts'

interface Options {
  readonly addresses: readonly ListenAddress[]
  readonly prefer: 'threads' | 'sockets'
  readonly threads?: number
  readonly slowLimit?: number
  readonly stamp?: string
}

const say = (message: object) => console.log(JSON.stringify(message))
const options: Options = JSON.parse(process.argv[2] ?? '{}')
const held: (() => void)[] = []
const { answer, onMessage } = echo(options.stamp ?? 'first')

/** `slow` tells who asked; `hold` waits for the command `release`; `fail` rejects; anything else gets silence. */
async function onSlow(query: Uint8Array, client: object): Promise<Uint8Array | undefined> {
  const asked = new TextDecoder().decode(query)
  if (asked.startsWith('fail')) throw new Error('as asked')
  if (asked.startsWith('hold')) await new Promise<void>((resolve) => held.push(resolve))
  else if (!asked.startsWith('slow')) return undefined
  return new TextEncoder().encode(`${asked} ${JSON.stringify(client)}`)
}

async function obey(udp: Udp, command: string, argument: unknown): Promise<void> {
  if (command === 'post') {
    onMessage(argument)
    udp.post(argument)
  } else if (command === 'release') {
    for (const release of held.splice(0)) release()
  } else if (command === 'close') {
    await udp.close(Number(argument))
    lines.close()
  }
  say({ done: command, counters: udp.counters(), held: held.length })
}

const lines = createInterface({ input: process.stdin })
try {
  const udp = await openUdp({
    threads: 1,
    workerData: options.stamp ?? 'first',
    ...options,
    threadEntry: new URL(import.meta.resolve('./echo-thread.ts')),
    answer,
    onSlow,
    onFailure: (error) => say({ failure: error.message }),
  })
  lines.on('line', (line) => {
    const [command, argument] = JSON.parse(line)
    obey(udp, command, argument)
  })
  say({ local: udp.local, description: udp.description })
} catch (error) {
  say({ error: error instanceof TransportError ? error.code : 'unknown', message: String(error) })
  lines.close()
}
