/** A redis-server of one's own for a test: a free port, nothing on disk unless asked, ended by its process id. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Runs one command and gives what redis-cli prints. */
  cli(...args: readonly (string | number)[]): string
  /** SIGSTOP and SIGCONT. */
  pause(): void
  resume(): void
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  start(...args: readonly string[]): Promise<void>
  /** Kills it and removes its folder. */
  close(): Promise<void>
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** @param args more settings, e.g. `'--maxmemory', '1mb'` */
export async function startRedis(...args: readonly string[]): Promise<RedisServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'zonecast-redis-'))
  const settings = [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no'],
  ]
  let child: ChildProcess | undefined

  const cli = (...words: readonly (string | number)[]) => {
    const { stdout, stderr } = spawnSync('redis-cli', ['-p', `${port}`, ...words.map(String)], { encoding: 'utf8' })
    return stdout.trim() || stderr.trim()
  }
  const server: RedisServer = {
    port,
    url: `redis://127.0.0.1:${port}`,
    cli,
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    async kill() {
      const ending = child
      child = undefined
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
      const gone = new Promise((resolve) => ending.once('exit', resolve))
      ending.kill('SIGKILL')
      await gone
    },
    async start(...more) {
      child = spawn('redis-server', [...settings, ...args, ...more], { stdio: 'ignore' })
      const until = Date.now() + 10_000
      while (!/PONG|NOAUTH|LOADING|WRONGPASS/.test(cli('ping'))) {
        if (Date.now() > until || child.exitCode !== null) throw new Error('redis-server does not start')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async close() {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}
