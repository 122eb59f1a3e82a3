/**
 * What script/demo-two-jobs runs: redis-server, perhaps an API server, two sync workers, three responders; then it says what
 * to try, and waits for Ctrl-C. A part that is killed stays away until the user starts it again as it is told.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cluster } from '../cluster/cluster.ts'
import { Program } from '../cluster/program.ts'
import { root } from '../docs/fenced-blocks.ts'

const REDIS_PORT = 6390
const PORTS = [5301, 5302, 5303] as const
const READY_MS = 60_000
const QUESTION = 'web.shop.svc.cluster.local'

const stopping = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.resolve())

const bin = join(root, 'node_modules/.bin')
const zonecast = join(root, 'apps/zonecast/bin/zonecast.js')
const corefile = join('examples', 'two-jobs', 'Corefile')
const caches = join(root, '.cache', 'two-jobs')
const redisFolder = await mkdtemp(join(tmpdir(), 'zonecast-demo-redis-'))
const programs: Program[] = []
let cluster: Cluster | undefined
let status = 0

function start(
  name: string,
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const program = new Program(name, file, args, root, environment)
  programs.push(program)
  return program
}

/** Waits until it holds; throws when a program ended, or when it takes too long. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + READY_MS; !(await holds()); ) {
    for (const program of programs) program.check()
    if (performance.now() > endMs) throw new Error(`${what}: not after ${READY_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function answers(port: number): Promise<boolean> {
  const asking = new Program(
    'query',
    join(bin, 'node'),
    [zonecast, 'query', '@127.0.0.1', '-p', `${port}`, QUESTION],
    root,
  )
  await asking.ended
  return asking.output.includes('NOERROR')
}

/** The objects of examples/demo in an API server of its own. @returns what its kubeconfig is */
async function startCluster(): Promise<string> {
  cluster = await Cluster.start()
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-k', join(root, 'examples/demo')])
  return cluster.adminKubeconfig
}

try {
  await mkdir(caches, { recursive: true })
  const objects = process.argv[2] === 'api' ? { OBJECTS: 'api', KUBECONFIG: await startCluster() } : {}
  const settings = ['--port', `${REDIS_PORT}`, '--bind', '127.0.0.1', '--save', '', '--dir', redisFolder]
  const redis = start('redis-server', 'redis-server', settings)
  const run = (name: string, runtime: 'node' | 'bun', role: string, environment: Readonly<Record<string, string>>) =>
    start(name, join(bin, runtime), [zonecast, role, '-conf', corefile], {
      ...objects,
      ...environment,
      CACHE: join(caches, `${name}.image`),
    })
  const syncs = ['sync-1', 'sync-2'].map((name) => run(name, 'node', 'sync', {}))
  const responders = PORTS.map((port, at) => run(`responder-${at + 1}`, 'bun', 'respond', { PORT: `${port}` }))
  for (const port of PORTS) await until(`an answer on port ${port}`, () => answers(port))
  const pid = (program: Program | undefined) => `${program?.pid}`
  const change =
    cluster === undefined
      ? '  edit examples/demo/cluster/shop.yaml'
      : `  export KUBECONFIG=${cluster.adminKubeconfig} PATH=$PATH:${process.env['ZONECAST_CLUSTER_BIN']}
  kubectl -n shop create service clusterip new --tcp 80 --clusterip 10.96.200.1`
  process.stdout.write(`
Two sync workers publish to a Redis, three responders answer from it on 127.0.0.1:5301, 5302 and 5303. In another terminal:

  dig @127.0.0.1 -p 5301 ${QUESTION}
      and at 5302 and 5303: the same answer; +nsid tells where each of them stands
${change}
      and ask again: each responder has it
  npx zonecast feed status -conf ${corefile}
  npx zonecast feed history -conf ${corefile}
      what is published, by whom, and what changed
  http://127.0.0.1:9154/ in a browser
      the jobs of the worker that came first
  kill -9 ${pid(syncs[0])}
      one sync worker; the other (process ${pid(syncs[1])}) goes on publishing
  kill -9 ${pid(redis)}
      Redis: the responders go on answering. Bring it back, and it is filled again: redis-server --port ${REDIS_PORT} --save ''
  kill -9 ${pid(responders[0])}
      a responder. Without Redis, too, the next starts from its cache file:
      PORT=5301 CACHE=$PWD/.cache/two-jobs/responder-1.image npx zonecast respond -conf ${corefile}

Ctrl-C ends it.

`)
  await stopping.promise
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  status = 1
} finally {
  await Promise.all(programs.reverse().map((program) => program.stop('SIGTERM')))
  await cluster?.stop()
  await rm(redisFolder, { recursive: true, force: true })
  // Caches of this run would be older than the next one's Redis.
  await rm(caches, { recursive: true, force: true })
}
process.exit(status)
