/** The cluster as zone files, for the servers that read such: what `zonecast dump` prints, one file for each zone. */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { type ZoneFile, zonecastCorefile } from './servers.ts'

const run = promisify(execFile)
const command = join(import.meta.dirname, '../../dist/zonecast.js')

export async function dumpZones(cluster: string, directory: string): Promise<ZoneFile[]> {
  await mkdir(directory, { recursive: true })
  const corefile = join(directory, 'Corefile')
  await writeFile(corefile, zonecastCorefile('udp', 53, cluster, { certificate: '', key: '' }))
  const { stdout } = await run('node', [command, 'dump', '-conf', corefile, '-o', directory])
  const files = stdout.trimEnd().split('\n')
  return files.map((file) => ({ apex: basename(file, '.zone'), file }))
}
