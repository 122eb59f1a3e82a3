/** One process of an installation: it can be killed, stopped and started again, and has a way of its own to Redis, which can fail. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProxy, type TcpProxy } from '../../libs/feed/src/testing/tcp-proxy.ts'
import { ZonecastProcess } from '../two-jobs/zonecast-process.ts'

export interface MemberOptions {
  readonly name: string
  readonly role: 'sync' | 'respond'
  readonly runtime: 'node' | 'bun'
  /** A folder for its files. */
  readonly folder: string
  /** The stanza `kubernetes` as it stands in a Corefile. */
  readonly stanza: string
  /** UDP and TCP port; 0 for `sync`. */
  readonly port: number
  readonly metricsPort: number
  /** Redis, behind the proxy. */
  readonly redisPort: number
  /** More options of `feed`, and its address where that is not the proxy. */
  readonly feed?: { readonly address?: string; readonly options: string } | undefined
  readonly environment: Readonly<Record<string, string>>
}

export class Member {
  readonly name: string
  readonly port: number
  readonly proxy: TcpProxy
  readonly #options: MemberOptions
  readonly corefile: string
  /** Path of its cache file. */
  readonly cache: string
  #process: ZonecastProcess | undefined
  #output = ''

  private constructor(options: MemberOptions, proxy: TcpProxy) {
    const { name, port, folder, metricsPort, stanza, feed } = options
    this.name = name
    this.port = port
    this.proxy = proxy
    this.#options = options
    this.corefile = join(folder, `${name}.corefile`)
    this.cache = join(folder, `${name}.cache`)
    const { address = proxy.url, options: more = '' } = feed ?? {}
    writeFileSync(
      this.corefile,
      `.:${port} {
    bind 127.0.0.1
    multisocket 1
    prometheus 127.0.0.1:${metricsPort}
    ${stanza}
    feed ${address} {
        name prod
        cache ${this.cache}
        ${more}
    }
}
`,
    )
  }

  static async create(options: MemberOptions): Promise<Member> {
    return new Member(options, await startProxy(options.redisPort))
  }

  /** Of all its processes so far. */
  get output(): string {
    return this.#output + (this.#process?.output ?? '')
  }

  /** Of the process that runs. */
  get recentOutput(): string {
    return this.#process?.output ?? ''
  }

  get isRunning(): boolean {
    return this.#process !== undefined
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  start(): void {
    const { role, runtime, environment } = this.#options
    this.#process ??= new ZonecastProcess(runtime, [role, '-conf', this.corefile], environment)
  }

  /** @returns the exit code; null when the signal ended it */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const ending = this.#process
    this.#process = undefined
    if (ending === undefined) return 0
    const code = await ending.stop(signal)
    this.#output += ending.output
    return code
  }

  /** The first of its metrics of that name that has these labels; undefined while there is none. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
    const reply = await fetch(`http://127.0.0.1:${this.#options.metricsPort}/metrics`).catch(() => undefined)
    const lines = (await reply?.text())?.split('\n') ?? []
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
    const line = lines.find((each) => each.startsWith(`${name}{`) && wanted.every((label) => each.includes(label)))
    return line === undefined ? undefined : Number(line.split(' ').at(-1))
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.signal(name)
  }

  /** What it would start from. */
  forget(): void {
    rmSync(this.cache, { force: true })
  }

  spoilCache(): void {
    writeFileSync(this.cache, 'this is no image')
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL')
    await this.proxy.close()
  }
}
