/** script/demo and script/demo-two-jobs, running: what one prints, and the end of it. Ports are fixed: one runs at a time. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { root } from '../docs/fenced-blocks.ts'

export interface Demo {
  readonly output: string
  /** The commands that it says to try. */
  readonly commands: readonly string[]
  /** Ends it as Ctrl-C does, in a terminal or not; resolves to the exit status. */
  stop(signal: NodeJS.Signals): Promise<number | null>
}

const run = promisify(execFile)

/** Runs a command as a user would, from the folder of the project. */
export async function shell(script: string): Promise<string> {
  const env = { ...process.env, PATH: `${root}/node_modules/.bin:${process.env['PATH']}` }
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env })
  return stdout
}

const lastLine = 'Ctrl-C ends it.'

/** Throws what it printed when it ends or has nothing to say within `timeoutMs`; then nothing of it is left running. */
export async function startDemo(script: string, argument: string, timeoutMs: number): Promise<Demo> {
  const child = spawn(script, [argument], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const ready = new Promise<void>((resolve) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      if (output.includes(lastLine)) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
  })
  const failed = new Promise<never>((_, reject) => {
    const fail = (what: string) => reject(new Error(`the demo ${what}: ${output}`))
    child.once('exit', () => fail('ended'))
    setTimeout(() => fail('is not ready'), timeoutMs).unref()
  })
  failed.catch(() => {})
  try {
    await Promise.race([ready, failed])
  } catch (error) {
    await stop(child, 'SIGTERM')
    throw error
  }
  const commands = [...output.matchAll(/^ {2}((?:dig|curl|npx) .*)$/gm)].map(([, command = '']) => command)
  return { output, commands, stop: (signal) => stop(child, signal) }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
}
