/**
 * Writes a cluster as `kubectl get RESOURCE --all-namespaces -o json` does, one List a file, as a stream: 100,000 services
 * take some 450 MB of JSON, and no more memory than 1,000 do.
 *
 *   node test/bench/write-cluster.ts DIRECTORY SERVICES [SEED]
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { objectsOf, type Resource } from './api-objects.ts'
import type { ClusterShape } from './cluster.ts'

const resources: readonly Resource[] = ['namespaces', 'services', 'endpointslices']
const chunkSize = 1 << 20

export async function writeCluster(directory: string, shape: ClusterShape): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const resource of resources) await writeList(join(directory, `${resource}.json`), objectsOf(shape, resource))
}

/** `items` as kubectl prints a List: keys sorted, indented by 4. */
export async function writeList(file: string, items: Iterable<object>): Promise<void> {
  const stream = createWriteStream(file)
  let chunk = '{\n    "apiVersion": "v1",\n    "items": ['
  let separator = '\n'
  for (const item of items) {
    chunk += `${separator}        ${JSON.stringify(item, undefined, 4).replaceAll('\n', '\n        ')}`
    separator = ',\n'
    if (chunk.length < chunkSize) continue
    if (!stream.write(chunk)) await once(stream, 'drain')
    chunk = ''
  }
  stream.end(`${chunk}\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`)
  await once(stream, 'finish')
}

if (import.meta.main) {
  const [directory = '', services = '', seed = '1'] = process.argv.slice(2)
  if (directory === '' || !(Number(services) > 0)) {
    console.error('usage: node test/bench/write-cluster.ts DIRECTORY SERVICES [SEED]')
    process.exit(2)
  }
  await writeCluster(directory, { services: Number(services), seed: Number(seed) })
}
