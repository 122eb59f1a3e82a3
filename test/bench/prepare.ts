/** What a size of cluster needs before anything is measured; files are kept in .cache/bench for the next run. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ClusterShape } from './cluster.ts'
import type { Inputs } from './servers.ts'
import { writeCluster } from './write-cluster.ts'
import { dumpZones } from './zone-files.ts'

export interface Prepared {
  readonly shape: ClusterShape
  readonly directory: string
  readonly inputs: Omit<Inputs, 'directory' | 'port'>
  readonly stop: () => void
}

const run = promisify(execFile)
const work = join(import.meta.dirname, '../../.cache/bench')

export async function prepare(shape: ClusterShape): Promise<Prepared> {
  const directory = join(work, String(shape.services))
  const cluster = join(directory, 'cluster')
  const finished = join(directory, 'finished')
  if (!existsSync(finished)) {
    await writeCluster(cluster, shape)
    await writeFile(finished, '')
  }
  const zones = await dumpZones(cluster, join(directory, 'zones'))
  const tls = await certificate()
  const apiServer = await startApiServer(shape)
  return { shape, directory, inputs: { cluster, zones, tls, apiServer: apiServer.url }, stop: apiServer.stop }
}

async function certificate(): Promise<Inputs['tls']> {
  const tls = { certificate: join(work, 'cert.pem'), key: join(work, 'key.pem') }
  if (existsSync(tls.certificate)) return tls
  await mkdir(work, { recursive: true })
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', tls.key, '-out', tls.certificate],
  ])
  return tls
}

export async function startApiServer(shape: ClusterShape): Promise<{ url: string; stop: () => void }> {
  const { services, seed, endpoints = 3 } = shape
  const program = join(import.meta.dirname, 'api-server.ts')
  const child = spawn('node', [program, String(services), String(seed), String(endpoints)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: line.toString().trim().replace('listening on ', ''), stop: () => child.kill() }
}
