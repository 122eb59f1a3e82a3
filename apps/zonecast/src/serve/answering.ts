/** What every process that answers has: the listeners, the probes, and an orderly end. */
import type { Configuration } from '@zonecast/corefile'
import { type FeedNaming, Responder } from '@zonecast/responder-app'
import type { Flags } from '../command-line.ts'
import { PROGRAM, runtimeText } from '../version.ts'
import { errorText, writeLine } from './log.ts'
import { openProbes } from './probes.ts'

/** How long what is in flight may take after the signal to stop. */
const DRAIN_MS = 5000

export interface Answering {
  readonly responder: Responder
  /** Lame duck first, then nothing new is taken and what is in flight finishes. */
  close(): Promise<void>
}

/**
 * @param onFailure what ought to end the process
 * @throws TransportError when a listener cannot be opened; none is left open then
 */
export async function startAnswering(
  configuration: Configuration,
  { quiet }: Pick<Flags, 'quiet'>,
  onFailure: (error: Error) => void,
  nameFeed?: FeedNaming,
): Promise<Answering> {
  const udp = process.env['ZONECAST_UDP']
  const responder = await Responder.open({
    configuration,
    version: PROGRAM,
    writeLine,
    onError: (error) => writeLine('error', errorText(error)),
    onFailure,
    udp: udp === 'threads' || udp === 'sockets' ? udp : undefined,
    ...(nameFeed === undefined ? {} : { nameFeed }),
  })
  const probes = await openProbes(configuration, () => responder.pendingZones()).catch(async (error) => {
    await responder.close(0)
    throw error
  })
  if (!quiet) tellListeners(responder)
  return {
    responder,
    async close() {
      await probes.lameduck()
      await responder.close(DRAIN_MS)
      await probes.close()
    },
  }
}

function tellListeners(responder: Responder): void {
  for (const { url, zones, description } of responder.listeners) {
    for (const zone of zones) process.stdout.write(`${zone} ${url} ${description}\n`)
  }
  process.stdout.write(`${PROGRAM}\n${runtimeText()}\n`)
}
