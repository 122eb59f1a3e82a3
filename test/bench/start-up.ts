/** From exec to the first right answer: what a rollout waits for. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { firstRightAnswer, type Wanted } from './probe.ts'
import { startServer } from './server-process.ts'
import type { Inputs, Server } from './servers.ts'

export interface StartUp {
  readonly server: string
  /** Of each round, milliseconds. */
  readonly times: readonly number[]
}

const timeoutMs = 60_000
const askEveryMs = 1

export async function measureStartUp(
  servers: readonly Server[],
  inputs: Omit<Inputs, 'directory' | 'port'>,
  parent: string,
  wanted: Wanted,
  rounds: number,
): Promise<StartUp[]> {
  const times = servers.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, server] of servers.entries()) {
      const directory = join(parent, `start-${server.name.replaceAll(/\W+/g, '-')}`)
      await mkdir(directory, { recursive: true })
      const port = await freePort()
      const { command, env = {} } = await server.configure({ ...inputs, directory, port }, 'udp')
      const process = startServer(command, { cores: '0,1', logFile: join(directory, 'log'), env })
      try {
        times[index]?.push(await firstRightAnswer(port, wanted, timeoutMs, askEveryMs))
      } catch (error) {
        throw new Error(`${server.name} does not serve; its log: ${join(directory, 'log')}`, { cause: error })
      } finally {
        await process.stop()
      }
    }
  }
  return servers.map((server, index) => ({ server: server.name, times: times[index] ?? [] }))
}
