/** A Redis Cluster of three for a test. */
import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'
import type { RedisServer } from './redis-server.ts'

const SOON = { timeout: 20_000 }

/** Resolves when it works. @param start starts a node; whoever gives it ends the nodes */
export async function startRedisCluster(
  start: (...args: string[]) => Promise<RedisServer>,
): Promise<readonly RedisServer[]> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
  const nodes = [await start(...args), await start(...args), await start(...args)]
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const made = spawnSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { encoding: 'utf8' })
  expect(made.stdout).toContain('All 16384 slots covered')
  for (const node of nodes) await expect.poll(() => node.cli('cluster', 'info'), SOON).toContain('cluster_state:ok')
  return nodes
}
