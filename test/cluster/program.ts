/** A program that runs while tests do: its own process, its output kept for when it fails, gone when the tests are. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const OUTPUT_MAX = 64 * 1024

export class Program {
  readonly name: string
  /** Resolves when it has ended and all that it printed is there. */
  readonly ended: Promise<void>
  readonly #process: ChildProcess
  readonly #killAtExit: () => void
  #output = ''

  constructor(
    name: string,
    file: string,
    args: readonly string[],
    cwd: string,
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.name = name
    const env = { ...process.env, ...environment }
    this.#process = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.ended = new Promise((resolve) => this.#process.once('close', () => resolve()))
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_MAX)
    }
    this.#process.stdout?.on('data', keep)
    this.#process.stderr?.on('data', keep)
    this.#process.on('error', (error) => keep(Buffer.from(String(error))))
    this.#killAtExit = () => this.#process.kill('SIGKILL')
    process.once('exit', this.#killAtExit)
    this.ended.then(() => process.removeListener('exit', this.#killAtExit))
  }

  /** The end of what it printed. */
  get output(): string {
    return this.#output
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Throws with the end of its output when the program has ended. */
  check(): void {
    const { exitCode, signalCode } = this.#process
    if (exitCode === null && signalCode === null && this.pid !== undefined) return
    throw new Error(`${this.name} ended (${exitCode ?? signalCode}):\n${this.#output.slice(-4000)}`)
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  async stop(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { exitCode, signalCode } = this.#process
    if (exitCode !== null || signalCode !== null || this.pid === undefined) return
    const ended = once(this.#process, 'exit')
    this.#process.kill(name)
    await ended
  }
}
