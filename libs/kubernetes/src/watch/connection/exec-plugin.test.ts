import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ExecPlugin, type ExecPluginOptions, type ExecSettings } from './exec-plugin.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zonecast-plugin-'))
})
afterAll(() => rm(folder, { recursive: true }))

const plugin = (settings: ExecSettings, options: Partial<ExecPluginOptions> = {}) =>
  new ExecPlugin(settings, { file: join(folder, 'config'), cluster: {}, signal: undefined, ...options })
const shell = (script: string): ExecSettings => ({ command: 'sh', args: ['-c', script] })
const prints = (status: object) => `printf '%s' '${JSON.stringify({ kind: 'ExecCredential', status })}'`

async function problem(settings: ExecSettings, options: Partial<ExecPluginOptions> = {}): Promise<string> {
  return plugin(settings, options)
    .credential()
    .then(String, (error: Error) => error.message)
}

test.each([
  ['prints no JSON', shell('echo hunter2-is-the-token'), 'the plugin "sh" printed no ExecCredential'],
  ['prints something else', shell('echo \'{"token": "hunter2"}\''), 'the plugin "sh" printed no ExecCredential'],
  [
    'prints half a certificate',
    shell(prints({ clientCertificateData: 'x' })),
    'the plugin "sh" printed no ExecCredential',
  ],
  ['fails', shell('echo log in first >&2; echo hunter2 >&2; exit 3'), 'the plugin "sh" ended with 3: log in first'],
  ['fails in silence', shell('exit 1'), 'the plugin "sh" ended with 1'],
  ['is killed', shell('kill -9 $$'), 'the plugin "sh" ended with SIGKILL'],
  [
    'is not there',
    { command: '/no/such/plugin', args: ['hunter2'] },
    'the plugin "/no/such/plugin" cannot be run (ENOENT)',
  ],
  ['has no name', {}, '"exec" names no command'],
])('a plugin that %s', async (_, settings, expected) => {
  expect(await problem(settings)).toBe(expected)
})

test('one that waits for ever, and what it began, is given up', async () => {
  expect(await problem(shell('sleep 20'), { timeoutMs: 200 })).toBe('the plugin "sh" gave nothing for 0.2 s')
  expect(await problem(shell('sleep 20 & wait'), { timeoutMs: 200 })).toBe('the plugin "sh" gave nothing for 0.2 s')
})

test('one that runs ends with who asked', async () => {
  const asking = new AbortController()
  const asked = problem(shell('sleep 20'), { signal: asking.signal })
  asking.abort()
  expect(await asked).toMatch(/^the plugin "sh" ended with/)
})

test('nothing can be typed', async () => {
  const { token } = await plugin(shell(`read -r line || ${prints({ token: 'nobody-there' })}`)).credential()
  expect(token).toBe('nobody-there')
})

test('is run once for all who ask, and again when what it printed is over', async () => {
  const runs = join(folder, 'runs')
  const count = async () => (await readFile(runs, 'utf8')).length
  const lasting = plugin(
    shell(`printf x >> ${runs}; ${prints({ token: 'a', expirationTimestamp: '2999-01-01T00:00:00Z' })}`),
  )
  await Promise.all([lasting.credential(), lasting.credential(), lasting.credential()])
  expect(await lasting.credential()).toMatchObject({ token: 'a' })
  expect(await count()).toBe(1)
  const over = plugin(
    shell(`printf x >> ${runs}; ${prints({ token: 'b', expirationTimestamp: '2001-01-01T00:00:00Z' })}`),
  )
  await over.credential()
  await over.credential()
  expect(await count()).toBe(3)
})

test('is looked for beside the kubeconfig, and told its environment', async () => {
  await writeFile(join(folder, 'beside.sh'), `#!/bin/sh\nprintf '{"status":{"token":"%s-%s"}}' "$REGION" "$1"\n`)
  await chmod(join(folder, 'beside.sh'), 0o755)
  const settings = { command: './beside.sh', args: ['one'], env: [{ name: 'REGION', value: 'eu' }] }
  expect((await plugin(settings).credential()).token).toBe('eu-one')
})

test('Bun gives one up, too', () => {
  const script = `
    import { ExecPlugin } from '${join(import.meta.dirname, 'exec-plugin.ts')}'
    const plugin = new ExecPlugin({ command: 'sh', args: ['-c', 'sleep 20 & wait'] }, { file: '', cluster: {}, timeoutMs: 200 })
    await plugin.credential().catch((error) => console.log(error.message))`
  const { stdout } = spawnSync('bun', ['-e', script], { encoding: 'utf8', timeout: 60_000 })
  expect(stdout).toBe('the plugin "sh" gave nothing for 0.2 s\n')
})
