/**
 * A program that a kubeconfig names and that prints a token or a certificate (client.authentication.k8s.io, ExecCredential). The
 * Kubernetes client would wait for it for ever, and not say that it was a program that failed; nor could a process end
 * while it waits.
 */

import { execFile } from 'node:child_process'
import { dirname, isAbsolute, resolve } from 'node:path'
import { isObject } from '../../slim/field-reader.ts'

/** What a kubeconfig says of it. */
export interface ExecSettings {
  readonly apiVersion?: string
  readonly command?: string
  readonly args?: readonly string[] | null
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null
  readonly provideClusterInfo?: boolean
}

export interface ExecCredential {
  readonly token: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
}

export interface ExecPluginOptions {
  /** The kubeconfig: a command with a slash is looked for beside it. */
  readonly file: string
  /** `spec.cluster` of the ExecCredential that the plugin is told. */
  readonly cluster: object
  /** Ends the program. */
  readonly signal: AbortSignal | undefined
  readonly timeoutMs?: number
}

/** Nobody is there to type anything, so it is the network that it waits for. */
const TIMEOUT_MS = 60_000
const OUTPUT_MAX = 2 ** 20

export class ExecPlugin {
  readonly #settings: ExecSettings
  readonly #options: ExecPluginOptions
  #running: Promise<ExecCredential> | undefined
  #last: ExecCredential | undefined
  #lastUntilMs = 0

  constructor(settings: ExecSettings, options: ExecPluginOptions) {
    this.#settings = settings
    this.#options = options
  }

  /**
   * What it printed, while that counts; else what it prints now, once for all who ask meanwhile.
   * @throws Error
   */
  async credential(): Promise<ExecCredential> {
    if (this.#last !== undefined && Date.now() < this.#lastUntilMs) return this.#last
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<ExecCredential> {
    const { command, output } = await this.#output()
    const credential = readCredential(output)
    if (credential === undefined) throw new Error(`the plugin "${command}" printed no ExecCredential`)
    this.#last = credential
    this.#lastUntilMs = credential.expiresAtMs
    return credential
  }

  #output(): Promise<{ command: string; output: string }> {
    const { command: name = '', args } = this.#settings
    const { file, signal, timeoutMs = TIMEOUT_MS } = this.#options
    if (name === '') return Promise.reject(new Error('"exec" names no command'))
    const command = name.includes('/') && !isAbsolute(name) ? resolve(dirname(file), name) : name
    const options = {
      env: this.#environment(),
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_MAX,
    } as const
    return new Promise((fulfil, reject) => {
      const program = execFile(
        command,
        args ?? [],
        { ...options, ...(signal && { signal }) },
        (error, output, said) => {
          if (error === null) return fulfil({ command, output })
          // The message of the error would quote the arguments.
          const code: unknown = error.code
          const inTime = error.killed !== true || signal?.aborted === true
          const why = !inTime ? `gave nothing for ${timeoutMs / 1000} s` : `ended with ${String(code ?? error.signal)}`
          const problem = typeof code === 'string' && code.startsWith('E') ? `cannot be run (${code})` : why
          reject(new Error([`the plugin "${command}" ${problem}`, firstLine(said)].filter(Boolean).join(': ')))
        },
      )
      program.stdin?.end()
    })
  }

  #environment(): NodeJS.ProcessEnv {
    const { apiVersion, env, provideClusterInfo } = this.#settings
    const spec = { interactive: false, ...(provideClusterInfo && { cluster: this.#options.cluster }) }
    const info = { apiVersion, kind: 'ExecCredential', spec }
    const own = (env ?? []).map(({ name, value }) => [name, value])
    return { ...process.env, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) }
  }
}

function readCredential(text: string): (ExecCredential & { expiresAtMs: number }) | undefined {
  let printed: unknown
  try {
    printed = JSON.parse(text)
  } catch {
    return undefined
  }
  const status = isObject(printed) ? printed['status'] : undefined
  if (!isObject(status)) return undefined
  const word = (name: string) => (typeof status[name] === 'string' && status[name] !== '' ? status[name] : undefined)
  const [token, cert, key] = [word('token'), word('clientCertificateData'), word('clientKeyData')]
  if (token === undefined && (cert === undefined || key === undefined)) return undefined
  const until = Date.parse(word('expirationTimestamp') ?? '')
  return { token, cert, key, expiresAtMs: Number.isNaN(until) ? Number.POSITIVE_INFINITY : until }
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}
