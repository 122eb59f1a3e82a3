/**
 * The whole chain in one process: Corefile, manifests, compiler, image, answers. The same objects are answered from in
 * several ways that must not differ: one base; a base of nothing and a delta for each object; all of those merged.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Answerer, createQueryHandler, type QueryHandler, type Zone } from '@zonecast/answer'
import { Compiler, type Stanza } from '@zonecast/compile'
import { parseCorefile } from '@zonecast/corefile'
import { buildImage, type Image, type ImageContent, type ImageStack, loadImage, mergeImages } from '@zonecast/image'
import { diffObjects, type ObjectChange, ObjectMap, readManifests } from '@zonecast/kubernetes'
import { feedsOf, planListeners } from '@zonecast/responder-app'
import { stanzaOf } from '@zonecast/sync-app/objects'

export interface Responder {
  /** Which of the ways it is. */
  readonly name: string
  readonly answerer: Answerer
  readonly handle: QueryHandler
}

/** Nameservers' addresses; none of the clusters has them. */
export const OWN = Uint8Array.of(192, 0, 2, 53)

/** @param corefile where `manifests cluster.yaml` stands for the manifests */
export async function createResponders(corefile: string, manifests: string): Promise<readonly Responder[]> {
  const directory = await mkdtemp(join(tmpdir(), 'zonecast-conformance-'))
  try {
    await writeFile(join(directory, 'cluster.yaml'), manifests)
    const { blocks } = parseCorefile(corefile, { file: join(directory, 'Corefile') })
    const feeds = await Promise.all(
      feedsOf(blocks).map(async ({ feed, source, stanzas }) => {
        const { objects, faults } = await readManifests(source.kind === 'manifests' ? source.paths : [], {})
        if (faults.length > 0) throw new AggregateError(faults)
        return { feed, stanzas: stanzas.map(stanzaOf), changes: diffObjects(new ObjectMap(), objects) }
      }),
    )
    const [plan] = planListeners(blocks, { wildcards: ['0.0.0.0'], interfaceAddresses: () => [] })
    return WAYS.map(([name, imagesOf]) => {
      const answerer = new Answerer(plan?.blocks ?? [])
      for (const { feed, stanzas, changes } of feeds) answerer.setImages(feed, imagesOf(stanzas, changes))
      return { name, answerer, handle: handlerOf(answerer) }
    })
  } finally {
    await rm(directory, { recursive: true })
  }
}

export function zoneNamed({ answerer }: Responder, name: string): Zone {
  const zone = answerer.routes.zones.find((each) => each.name === name)
  if (zone === undefined) throw new Error(`no zone ${name}`)
  return zone
}

type Way = (stanzas: readonly Stanza[], changes: readonly ObjectChange[]) => ImageStack

const STAMP = { nowMs: 1_700_000_000_000, meta: {} }

const WAYS: readonly (readonly [name: string, imagesOf: Way])[] = [
  ['base', (stanzas, changes) => [oneBase(stanzas, changes)]],
  ['base and deltas', deltas],
  ['deltas, in turn', (stanzas, changes) => deltas(stanzas, changes.toReversed())],
  ['merged deltas', (stanzas, changes) => [load(mergeImages(deltas(stanzas, changes)))]],
]

function oneBase(stanzas: readonly Stanza[], changes: readonly ObjectChange[]): Image {
  const compiler = new Compiler(stanzas)
  compiler.apply(changes)
  return load(compiler.compileBase(STAMP))
}

function deltas(stanzas: readonly Stanza[], changes: readonly ObjectChange[]): ImageStack {
  const compiler = new Compiler(stanzas)
  const images = [load(compiler.compileBase(STAMP))]
  for (const change of changes) {
    compiler.apply([change])
    const delta = compiler.compileDelta(STAMP)
    if (delta !== undefined) images.unshift(load(delta))
  }
  return images
}

function load(content: ImageContent): Image {
  const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest()
  return loadImage(buildImage(content, sha256), sha256)
}

function handlerOf(answerer: Answerer): QueryHandler {
  return createQueryHandler(answerer, {
    identity: { version: 'zonecast', id: 'test' },
    positions: () => [],
    ownAddresses: () => [OWN],
    writeLine: () => {},
    now: () => 0,
    later: () => {},
  })
}
