/**
 * What compiling costs, in a process of its own: prints its figures as one line of JSON. Runs on Node and on Bun.
 *
 *   node test/bench/compile-process.ts memory SERVICES SEED        compile objects in memory; changes; load the image
 *   node test/bench/compile-process.ts files SERVICES SEED DIR     the JSON files in DIR to an image
 */
import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Compiler } from '@zonecast/compile'
import { buildImage, loadImage } from '@zonecast/image'
import { type ObjectChange, Slimmer, watchManifests } from '@zonecast/kubernetes'
import { stanza } from '../../libs/compile/src/testing/fixture.ts'
import { endpointSliceObjects, objectsOf, serviceObject } from './api-objects.ts'
import { type ClusterService, type ClusterShape, clusterService, largeService } from './cluster.ts'
import { type FileFigures, type MemoryFigures, median } from './figures.ts'

const served = stanza({ ttlSec: 30 })
const stamp = { nowMs: Date.UTC(2026, 0, 1), meta: {} }
const largeEndpoints = 1_000
const changes = 200
const loads = 5

const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest()

function compileInMemory(shape: ClusterShape): MemoryFigures {
  const slimmer = new Slimmer({ podNames: false }, () => {})
  const objects: ObjectChange[] = []
  for (const resource of ['namespaces', 'services', 'endpointslices'] as const) {
    for (const object of objectsOf(shape, resource)) objects.push(...slimmer.slim(object))
  }
  const before = performance.now()
  const compiler = new Compiler([served])
  compiler.apply(objects)
  const image = buildImage(compiler.compileBase(stamp), sha256)
  const compileMs = performance.now() - before

  const small = (variant: number): ClusterService => clusterService({ ...shape, variant }, 0)
  const delta = timeChanges(compiler, slimmer, small)
  const large = (headless: boolean) => {
    const service = (variant: number) => largeService({ ...shape, variant }, headless, largeEndpoints)
    compiler.apply(slimmer.slim(serviceObject(service(0))))
    return timeChanges(compiler, slimmer, service)
  }
  const largeDelta = large(false)
  const hostnamesDelta = large(true)
  return {
    compileMs,
    imageOctets: image.length,
    loadMs: timeLoading(image),
    deltaMicroseconds: delta.microseconds,
    deltaOctets: delta.octets,
    largeDeltaMicroseconds: largeDelta.microseconds,
    largeDeltaOctets: largeDelta.octets,
    hostnamesDeltaMicroseconds: hostnamesDelta.microseconds,
    hostnamesDeltaOctets: hostnamesDelta.octets,
  }
}

/** One endpoint of the service gets another address, over and over: from the changed object to the delta's octets. */
function timeChanges(
  compiler: Compiler,
  slimmer: Slimmer,
  service: (variant: number) => ClusterService,
): { readonly microseconds: number; readonly octets: number } {
  const times: number[] = []
  const octets: number[] = []
  const before = service(0)
  for (let index = 0; index < changes; index++) {
    const changed = service(1 + (index % 2))
    const endpoints = before.endpoints.map((endpoint, at) => (at === 0 ? (changed.endpoints[0] ?? endpoint) : endpoint))
    const slices = endpointSliceObjects({ ...before, endpoints }).flatMap((slice) => slimmer.slim(slice))
    const start = performance.now()
    compiler.apply(index === 0 ? slices : slices.slice(0, 1))
    const content = compiler.compileDelta(stamp)
    if (content === undefined) throw new Error('a change without a delta')
    octets.push(buildImage(content, sha256).length)
    times.push(performance.now() - start)
  }
  return { microseconds: median(times) * 1_000, octets: median(octets) }
}

function timeLoading(image: Uint8Array): number {
  const directory = mkdtempSync(join(tmpdir(), 'zonecast-bench-'))
  const file = join(directory, 'base.image')
  writeFileSync(file, image)
  const times = Array.from({ length: loads }, () => {
    const start = performance.now()
    loadImage(readFileSync(file), sha256)
    return performance.now() - start
  })
  rmSync(directory, { recursive: true })
  return median(times)
}

/** As the compile thread does it: objects are compiled when the first, whole step is there. */
async function compileFiles(directory: string): Promise<FileFigures> {
  const patterns = [join(directory, '*.json')]
  const jsonOctets = globSync(patterns).reduce((sum, file) => sum + statSync(file).size, 0)
  const stop = new AbortController()
  const compiler = new Compiler([served])
  const start = performance.now()
  let fromJsonMs = Number.NaN
  await watchManifests(patterns, {
    signal: stop.signal,
    labelKeys: new Set(),
    podNames: false,
    onStep({ changes }) {
      compiler.apply(changes)
      buildImage(compiler.compileBase(stamp), sha256)
      fromJsonMs = performance.now() - start
    },
    onError: (error) => {
      throw error
    },
    onWarning: () => {},
  })
  stop.abort()
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return { jsonOctets, fromJsonMs, peakOctets: Number(peak) * 1024 }
}

const [step, services, seed, directory = ''] = process.argv.slice(2)
const shape = { services: Number(services), seed: Number(seed) }
console.log(JSON.stringify(step === 'files' ? await compileFiles(directory) : compileInMemory(shape)))
