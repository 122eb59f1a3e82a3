/** A program that runs while tests do: its own process, its output kept for when it fails, gone when the tests are. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const OUTPUT_MAX = 64 * 1024

export class Program {
  readonly name: string
  readonly #process: ChildProcess
  readonly #killAtExit: () => void
  #output = ''

  constructor(name: string, file: string, args: readonly string[], cwd: string) {
    this.name = name
    this.#process = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_MAX)
    }
    this.#process.stdout?.on('data', keep)
    this.#process.stderr?.on('data', keep)
    this.#process.on('error', (error) => keep(Buffer.from(String(error))))
    this.#killAtExit = () => this.#process.kill('SIGKILL')
    process.once('exit', this.#killAtExit)
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
    process.removeListener('exit', this.#killAtExit)
    const { exitCode, signalCode } = this.#process
    if (exitCode !== null || signalCode !== null || this.pid === undefined) return
    const ended = once(this.#process, 'exit')
    this.#process.kill(name)
    await ended
  }
}
