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
  readonly #child: ChildProcess
  readonly #waiting = new Map<string, PromiseWithResolvers<Report>>()
  #ports: Ports | undefined

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(runtime: Runtime, options: ServeOptions): Promise<Served> {
    const child = spawn(join(BIN, runtime), [SCRIPT, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] })
    const served = new Served(child)
    const started = served.#reportOf('')
    createInterface({ input: child.stdout }).on('line', (line) => {
      const report: Report = JSON.parse(line)
      served.#waiting.get(report.did)?.resolve(report)
      served.#waiting.delete(report.did)
    })
    let complaints = ''
    child.stderr.on('data', (text) => {
      complaints += text
    })
    child.on('exit', () => {
      for (const { reject } of served.#waiting.values())
        reject(new Error(`the server on ${runtime} ended: ${complaints}`))
    })
    served.#ports = (await started).ports
    return served
  }

  get ports(): Ports {
    if (this.#ports === undefined) throw new Error('the server has not started')
    return this.#ports
  }

  /** Sends a line and waits until it is done. */
  tell(line: string): Promise<Report> {
    const report = this.#reportOf(line)
    this.#child.stdin?.write(`${line}\n`)
    return report
  }

  /** Resolves once this many queries are held back. */
  async holds(count: number): Promise<void> {
    while ((await this.tell('count')).held !== count) {}
  }

  async end(): Promise<void> {
    const isGone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.stdin?.end()
    await isGone
  }

  #reportOf(line: string): Promise<Report> {
    const waiting = Promise.withResolvers<Report>()
    this.#waiting.set(line, waiting)
    return waiting.promise
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
