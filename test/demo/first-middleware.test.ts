/** The Corefile of the first middleware and its walk-through, at an API server on localhost. */
import { Resolver } from 'node:dns/promises'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { freePort } from '../../libs/feed/src/testing/redis-server.ts'
import { root } from '../docs/fenced-blocks.ts'
import { ApiStandIn } from '../stand-in/api-server.ts'
import { type ApiObject, COLLECTIONS } from '../stand-in/store.ts'
import { ZonecastProcess } from '../two-jobs/zonecast-process.ts'

const FOLDER = join(root, 'examples/first-middleware')
const CLUSTER_IP = '10.96.0.80'
const WAIT = { timeout: 30_000 }

let api: ApiStandIn
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zonecast-first-middleware-'))
  api = await new ApiStandIn().start()
  const objects = parseAllDocuments(await readFile(join(FOLDER, 'demo.yaml'), 'utf8')).map(
    (each) => each.toJS() as ApiObject,
  )
  api.put(...objects.filter(({ kind }) => COLLECTIONS.some((each) => each.kind === kind)).map(withAddress))
})
afterAll(async () => {
  await api?.stop()
  await rm(directory, { recursive: true, force: true })
})

/** As an API server gives services one. */
function withAddress(object: ApiObject): ApiObject {
  if (object.kind !== 'Service') return object
  return { ...object, spec: { ...(object['spec'] as object), clusterIP: CLUSTER_IP, clusterIPs: [CLUSTER_IP] } }
}

describe.each([
  ['Corefile', 'mynginx.demo.svc.coredns.local', 'mynginx.demo.coredns.local'],
  ['short-names/Corefile', 'mynginx.demo.coredns.local', 'mynginx.demo.svc.coredns.local'],
])('examples/first-middleware/%s', (file, name, other) => {
  let running: ZonecastProcess
  let resolver: Resolver
  beforeAll(async () => {
    const text = await readFile(join(FOLDER, file), 'utf8')
    expect(text).toContain('endpoint http://localhost:8080')
    const corefile = join(directory, 'Corefile')
    const port = await freePort()
    const endpoint = `http://localhost:${new URL(api.url).port}`
    await writeFile(corefile, text.replace('http://localhost:8080', endpoint).replace('.:53', `.:${port}`))
    running = new ZonecastProcess('node', ['serve', '-conf', corefile], {})
    resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
  })
  afterAll(async () => {
    await running?.stop('SIGKILL')
  })

  test(`${name} is the ClusterIP of the service`, async () => {
    const ask = () => resolver.resolve4(name).catch((error) => String(error))
    await expect.poll(ask, WAIT).toEqual([CLUSTER_IP])
    await expect(resolver.resolve4(other)).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })
})
