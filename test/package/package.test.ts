/** The package as a user gets it: built, packed, installed into an empty folder, and asked. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasRedis, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import { freePort } from '../bench/free-port.ts'
import { firstRightAnswer } from '../bench/probe.ts'
import { root } from '../docs/fenced-blocks.ts'

const run = promisify(execFile)
const bin = join(root, 'node_modules/.bin')
const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` }
const web = { name: 'web.shop.svc.cluster.local', address: '10.96.112.40' }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zonecast-package-'))
  await run('npm', ['run', 'build'], { cwd: root, env })
  await run('npm', ['pack', join(root, 'dist'), '--pack-destination', folder], { cwd: folder, env })
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  await run('npm', ['install', '--prefer-offline', '--no-audit', join(folder, tarball)], { cwd: folder, env })
  await cp(join(root, 'examples/demo/cluster'), join(folder, 'cluster'), { recursive: true })
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (runtime: string, args: readonly string[]): ChildProcess =>
  spawn(join(bin, runtime), [join(folder, 'node_modules/.bin/zonecast'), ...args], { cwd: folder, stdio: 'inherit' })

async function withServer(runtime: string, port: number, use: (child: ChildProcess) => Promise<void>): Promise<void> {
  const corefile = join(folder, `Corefile.${runtime}`)
  await writeFile(
    corefile,
    `.:${port} {\n  bind 127.0.0.1\n  kubernetes cluster.local {\n    manifests cluster\n  }\n}\n`,
  )
  const child = start(runtime, ['-conf', corefile])
  try {
    await use(child)
  } finally {
    child.kill('SIGKILL')
  }
}

describe.each(['node', 'bun'])('the installed package on %s', (runtime) => {
  it('answers, and ends when told to', async () => {
    const port = await freePort()
    await withServer(runtime, port, async (child) => {
      await firstRightAnswer(port, web, 20_000)
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      expect(await exited).toEqual([0, null])
    })
  })
})

it.skipIf(!hasRedis)(
  'is two jobs on both runtimes, with probes at all addresses (redis-server needed)',
  async () => {
    const redis = await startRedis()
    const processes: ChildProcess[] = []
    const corefile = async (name: string, options: string) => {
      const kubernetes = 'kubernetes cluster.local {\n    manifests cluster\n  }'
      const feed = `feed redis://127.0.0.1:${redis.port} {\n    name package\n  }`
      await writeFile(join(folder, name), `. {\n  ${kubernetes}\n  ${feed}\n  ${options}\n}\n`)
      return ['-conf', join(folder, name)]
    }
    try {
      processes.push(start('node', ['sync', ...(await corefile('Corefile.sync', ''))]))
      for (const runtime of ['node', 'bun']) {
        const [port, health, ready, metrics] = [await freePort(), await freePort(), await freePort(), await freePort()]
        const probes = `bind 127.0.0.1\n  health :${health}\n  ready :${ready}\n  prometheus :${metrics}`
        const args = await corefile(`Corefile.respond.${runtime}`, probes)
        processes.push(start(runtime, ['respond', ...args, '-dns.port', String(port)]))
        await firstRightAnswer(port, web, 20_000)
        const status = async (where: string) => (await fetch(`http://${where}`)).status
        const isThere = (where: string) => vi.waitFor(async () => expect(await status(where)).toBe(200), 10_000)
        await isThere(`127.0.0.1:${health}/health`)
        await isThere(`127.0.0.1:${ready}/ready`)
        await isThere(`127.0.0.1:${metrics}/metrics`)
      }
    } finally {
      for (const process of processes) process.kill('SIGKILL')
      await redis.close()
    }
  },
  60_000,
)

it('brings no sources and no dependencies but koffi', async () => {
  const installed = (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'))
  expect(installed.sort()).toEqual(['@koromix', 'koffi', 'zonecast']) // the first has koffi's native code
  const files = await readdir(join(folder, 'node_modules/zonecast'), { recursive: true })
  const others = files.filter((name) => !/\.js$/.test(name) && !name.startsWith('board-ui/'))
  // The pages of the board are files of their own.
  expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'board-ui', 'package.json'])
  expect(files).toContain('board-ui/dist/index.ejs')
})

it('says its version', async () => {
  const { stdout } = await run(join(bin, 'node'), [join(folder, 'node_modules/.bin/zonecast'), '-version'])
  expect(stdout).toContain('0.1.0')
})
