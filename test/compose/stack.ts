/** docker-compose.yml, up under a project name of its own, with docker or with podman-compose. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from '../docs/fenced-blocks.ts'

const run = promisify(execFile)

export type Engine = 'docker' | 'podman'

export interface Inspected {
  readonly Config: { readonly User: string; readonly Env: readonly string[]; readonly Cmd: readonly string[] | null }
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean
    readonly Privileged: boolean
    readonly SecurityOpt: readonly string[] | null
  }
  readonly State: { readonly Status: string; readonly Health?: { readonly Status: string } }
  readonly Mounts: readonly { readonly Type: string; readonly Name?: string; readonly Destination: string }[]
}

export class Stack {
  readonly engine: Engine
  readonly project = `zonecast-test-${process.pid}`
  constructor(engine: Engine) {
    this.engine = engine
  }

  /** Runs a command line of the documentation: `docker compose` is this stack, whatever brings it up. */
  async shell(script: string): Promise<string> {
    const compose = this.engine === 'docker' ? 'command docker compose' : 'podman-compose'
    const docker = `docker() { [[ $1 == compose ]] || { command ${this.engine} "$@"; return; }; shift; ${compose} -p ${this.project} "$@"; }`
    return this.#run('bash', ['-euo', 'pipefail', '-c', `${docker}\n${script}`])
  }

  /** Creates and starts what is not there yet. */
  async up(): Promise<void> {
    await this.shell('docker compose up -d')
  }

  /** Removes containers, networks and volumes, also those that the images asked for. */
  async down(): Promise<void> {
    const ids = await this.#ids([])
    const mounts = ids.length === 0 ? [] : (await this.#inspect(ids)).flatMap(({ Mounts }) => Mounts)
    // podman-compose knows of as many responders as the file names, and lets no container go before those that need it. Podman gives
    // each 10 s to end, and fails to remove one that ends in the moment in which it wants to kill it.
    const together = this.engine === 'podman' ? ['--ignore', '--depend', '--time', '0'] : []
    if (ids.length > 0) await this.command('rm', '--force', ...together, ...ids)
    await this.shell('docker compose down -v')
    const volumes = mounts.flatMap(({ Name = '' }) => (/^[0-9a-f]{64}$/.test(Name) ? [Name] : []))
    if (volumes.length > 0 && this.engine === 'podman') await this.command('volume', 'rm', '--force', ...volumes)
    const networks = await this.command('network', 'ls', '--quiet', '--filter', this.#label)
    for (const network of networks.split('\n').filter((id) => id !== '')) await this.command('network', 'rm', network)
  }

  /** The containers of a service, the oldest first. */
  async containers(service: string): Promise<string[]> {
    return (await this.#ids(['--filter', `label=com.docker.compose.service=${service}`])).reverse()
  }

  async container(service: string): Promise<string> {
    const [id] = await this.containers(service)
    if (id === undefined) throw new Error(`there is no container of ${service}`)
    return id
  }

  async inspect(id: string): Promise<Inspected> {
    const [inspected] = await this.#inspect([id])
    if (inspected === undefined) throw new Error(`nothing is known of the container ${id}`)
    return inspected
  }

  /** Podman has no daemon: where systemd does not ask for a container's health, nobody does. */
  async isHealthy(id: string): Promise<boolean> {
    if (this.engine === 'docker') return (await this.inspect(id)).State.Health?.Status === 'healthy'
    return this.command('healthcheck', 'run', id).then(
      () => true,
      () => false,
    )
  }

  /** What a container has printed. */
  logs(id: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
    return run(this.engine, ['logs', id], { maxBuffer: 64 << 20 })
  }

  /** @returns what the engine prints */
  command(...args: readonly string[]): Promise<string> {
    return this.#run(this.engine, args)
  }

  get #label(): string {
    return `label=com.docker.compose.project=${this.project}`
  }

  async #ids(filters: readonly string[]): Promise<string[]> {
    const ids = await this.command('ps', '--all', '--format', '{{.ID}}', '--filter', this.#label, ...filters)
    return ids.split('\n').filter((id) => id !== '')
  }

  async #inspect(ids: readonly string[]): Promise<Inspected[]> {
    return JSON.parse(await this.command('inspect', '--type', 'container', ...ids)) as Inspected[]
  }

  async #run(file: string, args: readonly string[]): Promise<string> {
    const { stdout } = await run(file, args, { cwd: root, maxBuffer: 64 << 20 })
    return stdout
  }
}
