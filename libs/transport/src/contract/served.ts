/** Starts `serve.ts` on a runtime and talks to it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Ports, Report, ServeOptions } from './serve.ts'

export type Runtime = 'node' | 'bun'
export const RUNTIMES: readonly Runtime[] = ['node', 'bun']

const SCRIPT = fileURLToPath(new URL('serve.ts', import.meta.url))
const BIN = fileURLToPath(new URL('../../../../node_modules/.bin', import.meta.url))

export class Served {
  readonly ports: Ports
  readonly #child: ChildProcess
  readonly #reports: AsyncIterator<string>

  private constructor(child: ChildProcess, reports: AsyncIterator<string>, ports: Ports) {
    this.#child = child
    this.#reports = reports
    this.ports = ports
  }

  static async start(runtime: Runtime, options: ServeOptions): Promise<Served> {
    const child = spawn(join(BIN, runtime), [SCRIPT, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] })
    let complaints = ''
    child.stderr.on('data', (text) => {
      complaints += text
    })
    const reports = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const { value } = await reports.next()
    if (value === undefined) throw new Error(`the server on ${runtime} did not start: ${complaints}`)
    return new Served(child, reports, JSON.parse(value).ports)
  }

  /** Sends a word and waits for its report. */
  async tell(line: string): Promise<Report> {
    this.#child.stdin?.write(`${line}\n`)
    const { value } = await this.#reports.next()
    if (value === undefined) throw new Error(`the server ended at "${line}"`)
    return JSON.parse(value)
  }

  /** Resolves once this many queries are held back. */
  async holds(count: number): Promise<void> {
    for (;;) {
      const report = await this.tell('held')
      if ('held' in report && report.held === count) return
    }
  }

  async end(): Promise<void> {
    const isGone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.stdin?.end()
    await isGone
  }
}

/** PEM files made by openssl, each with its key beside it: `NAME.pem`, `NAME.key`. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'zonecast-transport-'))

  make(name: string): { cert: string; key: string } {
    const cert = join(this.folder, `${name}.pem`)
    const key = join(this.folder, `${name}.key`)
    const names = `subjectAltName=DNS:localhost,IP:127.0.0.1`
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const request = ['req', '-x509', ...curve, '-days', '2', '-subj', `/CN=${name}`, '-addext', names]
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'pipe' })
    return { cert, key }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
