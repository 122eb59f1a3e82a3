/** script/demo, running: what it prints, and the end of it. Its ports are fixed, so one runs at a time. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../docs/fenced-blocks.ts'

export interface Demo {
  readonly output: string
  /** The commands that it says to try. */
  readonly commands: readonly string[]
  /** Ends it as Ctrl-C does, in a terminal or not; resolves to the exit status. */
  stop(signal: NodeJS.Signals): Promise<number | null>
}

const lastLine = 'Ctrl-C ends it.'

/** Throws what it printed when it ends or has nothing to say within `timeoutMs`; then nothing of it is left running. */
export async function startDemo(runtime: 'node' | 'bun', timeoutMs: number): Promise<Demo> {
  const child = spawn('script/demo', [runtime], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
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
  const commands = [...output.matchAll(/^ {2}((?:dig|curl) .*)$/gm)].map(([, command = '']) => command)
  return { output, commands, stop: (signal) => stop(child, signal) }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
}
