/** The cluster as zone files, for the servers that read such: what `zonecast dump` prints, one file for each zone. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ZoneFile, zonecastCorefile } from './servers.ts'

const run = promisify(execFile)
const command = join(import.meta.dirname, '../../dist/zonecast.js')

export async function dumpZones(cluster: string, directory: string): Promise<ZoneFile[]> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  const corefile = join(directory, 'Corefile')
  await writeFile(corefile, zonecastCorefile('udp', 53, cluster, { certificate: '', key: '' }))
  const zones = join(directory, 'zones')
  await run('node', [command, 'dump', '-conf', corefile, '--dir', zones])
  const files = (await readdir(zones)).map((name) => join(zones, name))
  return Promise.all(files.map(async (file) => ({ apex: apexOf(await readFile(file, 'utf8'), file), file })))
}

/** The owner of the SOA record, which comes first. */
function apexOf(text: string, file: string): string {
  const apex = /^(\S+)\s+(?:\d+\s+)?(?:IN\s+)?SOA\s/m.exec(text)?.[1]
  if (apex === undefined) throw new Error(`${file} has no SOA record`)
  return apex
}
