import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { smallHeapFlags } from './small-heap.ts'

test.each([
  ['nothing', [], undefined, true],
  ['other flags', ['--enable-source-maps'], '--max-old-space-size=4096', true],
  ['flags of its own', ['--max-semi-space-size=64'], undefined, false],
  ['flags of its own in the environment', [], '--no-warnings --max_semi_space_size=64', false],
])('a process with %s', (_name, execArgv, nodeOptions, begins) => {
  expect(smallHeapFlags(execArgv, nodeOptions).length > 0).toBe(begins)
  // It does so once.
  expect(smallHeapFlags([...execArgv, ...smallHeapFlags(execArgv, nodeOptions)], nodeOptions)).toEqual([])
})

test.skipIf(process.platform !== 'linux')(
  'sync begins again with them under its own process id (needs /proc)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zonecast-heap-'))
    const corefile = join(folder, 'Corefile')
    writeFileSync(
      corefile,
      '. {\n kubernetes cluster.local {\n manifests none.yaml\n }\n feed redis://127.0.0.1:1\n}\n',
    )
    const program = new URL('../bin/zonecast.js', import.meta.url).pathname
    const child = spawn(process.execPath, [program, 'sync', '-conf', corefile], { stdio: 'ignore' })
    const commandLine = () => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').split('\0')
    await expect.poll(commandLine, { timeout: 20_000 }).toContain('--max-semi-space-size=4')
    expect(commandLine()).toContain('sync')
    expect(readFileSync(`/proc/${child.pid}/environ`, 'utf8').split('\0')).toContain('MALLOC_MMAP_THRESHOLD_=262144')
    child.kill('SIGKILL')
    await once(child, 'exit')
    rmSync(folder, { recursive: true })
  },
)
