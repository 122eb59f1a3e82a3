/**
 * A process that has a service account as a container of a pod has it: token and authority in files where pods find them, renewed as
 * kubelet does, and the API server's address in its environment. A mount namespace of its own shows it the files.
 */

import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { Program } from './program.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Arguments of unshare(1): for root, and for who may be root in a namespace of his own. */
const WAYS = [['--mount'], ['--mount', '--map-root-user']] as const
/** /run is an empty one, in which the folder lies at its place; /var/run leads there. */
const SHOW = `set -e
folder=$1; shift
mount -t tmpfs tmpfs "$(readlink -f /var/run)"
mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
mount --bind "$folder" /var/run/secrets/kubernetes.io/serviceaccount
exec "$@"`

/** How a mount namespace can be had here; undefined: not at all. */
function findWay(): readonly string[] | undefined {
  return WAYS.find((way) => spawnSync('unshare', [...way, 'mount', '-t', 'tmpfs', 'tmpfs', '/run']).status === 0)
}

const way = findWay()
export const hasMountNamespaces = way !== undefined

/** What is mounted into a pod. */
export class PodAccount {
  readonly #cluster: Cluster
  readonly #folder: string
  #renewals = 0

  /** @param folder a new one, for this pod */
  constructor(cluster: Cluster, folder: string) {
    this.#cluster = cluster
    this.#folder = folder
  }

  /** What kubelet writes: a folder with the files, and a link to it that is replaced in one step. */
  async renew(token: string): Promise<void> {
    const name = `..${++this.#renewals}`
    const path = (...names: readonly string[]) => join(this.#folder, ...names)
    await mkdir(path(name), { recursive: true })
    await writeFile(path(name, 'token'), token)
    await writeFile(path(name, 'namespace'), 'zonecast')
    await copyFile(this.#cluster.authority, path(name, 'ca.crt'))
    await symlink(name, path('..data_tmp'))
    await rename(path('..data_tmp'), path('..data'))
    if (this.#renewals > 1) return
    for (const file of ['token', 'namespace', 'ca.crt']) await symlink(join('..data', file), path(file))
  }

  /** `zonecast` with these arguments in that pod. */
  start(runtime: 'node' | 'bun', args: readonly string[]): Program {
    const { hostname, port } = new URL(this.#cluster.url)
    const command = [join(ROOT, 'node_modules/.bin', runtime), join(ROOT, 'apps/zonecast/bin/zonecast.js'), ...args]
    const inside = [...(way ?? []), 'sh', '-c', SHOW, 'sh', this.#folder, ...command]
    const environment = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
    return new Program('zonecast', 'unshare', inside, this.#folder, environment)
  }
}
