/** A `zonecast` subcommand, running until it is told to stop. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export class ZonecastProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  #output = ''

  constructor(runtime: 'node' | 'bun', args: readonly string[], environment: Readonly<Record<string, string>>) {
    const program = join(ROOT, 'apps/zonecast/bin/zonecast.js')
    this.#child = spawn(join(ROOT, 'node_modules/.bin', runtime), [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    })
    this.#exited = once(this.#child, 'exit')
    const keep = (chunk: Buffer) => {
      this.#output += String(chunk)
    }
    this.#child.stdout?.on('data', keep)
    this.#child.stderr?.on('data', keep)
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#output
  }

  /** When it ends by itself. @returns the exit code */
  async ended(): Promise<number | null> {
    await this.#exited
    return this.#child.exitCode
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** @returns the exit code; null when the signal ended it */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal)
    await this.#exited
    return this.#child.exitCode
  }
}
