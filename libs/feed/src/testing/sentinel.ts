/** A primary, its replica, and a sentinel that calls them `feed`. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, type RedisServer, startRedis } from './redis-server.ts'

export interface Sentinel {
  /** Of the sentinel. */
  readonly url: string
  readonly primary: RedisServer
  readonly replica: RedisServer
  /** Whom the sentinel names as the primary. */
  primaryPort(): number
  /** What is written from now on does not reach the replica, and is lost with `failOver`. */
  holdBack(): void
  /** The primary is killed; resolves when the replica is in its place. */
  failOver(): Promise<void>
  close(): Promise<void>
}

const READY_MS = 20_000

/** Resolves when the replica could be promoted. */
export async function startSentinel(): Promise<Sentinel> {
  const folder = mkdtempSync(join(tmpdir(), 'zonecast-sentinel-'))
  const primary = await startRedis()
  const replica = await startRedis('--replicaof', '127.0.0.1', `${primary.port}`)
  const port = await freePort()
  const config = join(folder, 'sentinel.conf')
  const settings = [
    ...[`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, `sentinel monitor feed 127.0.0.1 ${primary.port} 1`],
    ...['sentinel down-after-milliseconds feed 500', 'sentinel failover-timeout feed 2000'],
  ]
  writeFileSync(config, `${settings.join('\n')}\n`)
  await until(() => replica.cli('info', 'replication').includes('master_link_status:up'))
  const child = spawn('redis-server', [config, '--sentinel'], { stdio: 'ignore' })
  const ask = (...words: string[]) =>
    spawnSync('redis-cli', ['-p', `${port}`, 'sentinel', ...words], { encoding: 'utf8' }).stdout
  // It has to have met the replica, or it has nobody to promote.
  await until(() => /^master-link-status\nok$/m.test(ask('replicas', 'feed')))
  const primaryPort = () => Number(ask('get-master-addr-by-name', 'feed').split('\n')[1])
  return {
    url: `redis://127.0.0.1:${port}`,
    primary,
    replica,
    primaryPort,
    holdBack() {
      replica.pause()
      // More than the system keeps for a process that does not read, so that what follows stays with the primary. In pieces, or
      // the sentinel takes the primary for dead.
      const piece = 'for i = 1, 4 do redis.call("set", "filler" .. i, string.rep("x", 1048576)) end'
      for (let sent = 0; sent < 48; sent += 4) primary.cli('eval', piece, 0)
    },
    async failOver() {
      await primary.kill()
      replica.resume()
      await until(() => primaryPort() === replica.port)
    },
    async close() {
      child.kill('SIGKILL')
      await Promise.all([primary.close(), replica.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + READY_MS
  while (!isSo()) {
    if (performance.now() > end) throw new Error('the sentinel does not begin')
    await sleep(50)
  }
}
