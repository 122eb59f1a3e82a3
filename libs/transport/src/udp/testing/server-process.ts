/** Starts the tests' listener in a process of its own, on either runtime, and talks to it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { ListenAddress } from '../bind-plan.ts'
import type { UdpCounters } from '../counters.ts'

export type Runtime = 'node' | 'bun'
export type Carrier = 'threads' | 'sockets'

const binaries = join(import.meta.dirname, '../../../../../node_modules/.bin')

interface Said {
  readonly local?: readonly ListenAddress[]
  readonly description?: string
  readonly error?: string
  readonly message?: string
  readonly failure?: string
  readonly counters?: UdpCounters
  readonly held?: number
}

export interface ServerOptions {
  readonly addresses?: readonly ListenAddress[]
  readonly threads?: number
  readonly slowLimit?: number
  readonly stamp?: string
}

export const LOOPBACK: readonly ListenAddress[] = [{ address: '127.0.0.1', port: 0 }]

export class ServerProcess {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #exited: Promise<unknown>
  /** The first thing said: what it listens on, or why it does not. */
  opened: Said = {}

  constructor(runtime: Runtime, prefer: Carrier, options: ServerOptions) {
    const argument = JSON.stringify({ addresses: LOOPBACK, ...options, prefer })
    const program = join(import.meta.dirname, 'echo-server.ts')
    this.#process = spawn(join(binaries, runtime), [program, argument], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#exited = once(this.#process, 'exit')
    this.#lines = linesOf(this.#process)[Symbol.asyncIterator]()
  }

  get port(): number {
    return this.opened.local?.[0]?.port ?? 0
  }

  /** The next thing that it says. */
  async next(): Promise<Said> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('the server has ended')
    return JSON.parse(value)
  }

  command(name: 'post' | 'release' | 'close' | 'counters', argument?: string | number): Promise<Said> {
    this.#process.stdin?.write(`${JSON.stringify([name, argument])}\n`)
    return this.next()
  }

  async counters(): Promise<UdpCounters> {
    const { counters } = await this.command('counters')
    if (counters === undefined) throw new Error('the server said something else')
    return counters
  }

  /** How many queries the slow path holds back. */
  async held(): Promise<number> {
    return (await this.command('counters')).held ?? 0
  }

  /** Every thread stands still, so what is sent meanwhile queues up. */
  pause(): void {
    this.#process.kill('SIGSTOP')
  }

  resume(): void {
    this.#process.kill('SIGCONT')
  }

  /** @returns exit code, once it ended by itself. */
  async exitCode(): Promise<number | null> {
    await this.#exited
    return this.#process.exitCode
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#exited
  }
}

function linesOf(child: ChildProcess): Interface {
  if (child.stdout === null) throw new Error('no standard output')
  return createInterface({ input: child.stdout })
}

/** Resolves when it listens, or has said why it does not. */
export async function startServer(
  runtime: Runtime,
  prefer: Carrier,
  options: ServerOptions = {},
): Promise<ServerProcess> {
  const server = new ServerProcess(runtime, prefer, options)
  server.opened = await server.next()
  return server
}
