/** `zonecast check --explain`: who takes a name, what it answers, and why, in the answerer's words and the objects'. */
import { Answerer, meaningOf, type NameMeaning } from '@zonecast/answer'
import { explain, type KnownObjects, recordSource, type Stanza, whyNoData } from '@zonecast/compile'
import type { Configuration, ServerBlock } from '@zonecast/corefile'
import {
  encodeQuery,
  equalNames,
  formatAddress,
  formatPrefix,
  lowerCaseName,
  type Message,
  nameToText,
  RCODE,
  type ResourceRecord,
  rcodeToText,
  recordToText,
  typeToText,
} from '@zonecast/dns'
import { feedsOf, type ListenerPlan, planListeners } from '@zonecast/responder-app'
import { askAnswerer } from '../ask-answerer.ts'
import { type KnownCluster, readCluster } from './known-cluster.ts'

export interface Explanation {
  readonly qname: Uint8Array
  readonly type: number
  readonly rcode: number
  readonly lines: readonly string[]
}

/** Explains names by the objects as they are when it is made. */
export class Explainer {
  readonly #clusters: ReadonlyMap<string, KnownCluster>
  readonly #served: readonly Served[]

  private constructor(served: readonly Served[], clusters: ReadonlyMap<string, KnownCluster>) {
    this.#served = served
    this.#clusters = clusters
  }

  /** @throws AggregateError of what is wrong with the objects' sources */
  static async open({ blocks }: Configuration, warn: (text: string) => void): Promise<Explainer> {
    const clusters = new Map<string, KnownCluster>()
    for (const feed of feedsOf(blocks)) clusters.set(feed.feed, await readCluster(feed, blocks, warn))
    // Where listeners are bound does not matter here; an interface need not be there.
    const machine = { wildcards: [''], interfaceAddresses: () => [''] }
    const served = planListeners(blocks, machine).map((plan): Served => {
      const answerer = new Answerer(plan.blocks)
      for (const [feed, { image }] of clusters) answerer.setImages(feed, [image])
      return { answerer, plan }
    })
    return new Explainer(served, clusters)
  }

  /** @param qname wire form */
  async explain(qname: Uint8Array, type: number): Promise<Explanation> {
    const { answerer, meaning, serverBlock } = this.#closest(qname, type)
    const clients = meaning.zone?.plugin.wildcards?.clients ?? []
    const query = encodeQuery({ qname, type, id: 0, edns: null })
    // Whom wildcards are for, if not for all: one of those asks.
    const reply = await askAnswerer(answerer, query, clients[0] && formatAddress(clients[0].address))
    const cluster = this.#clusters.get(meaning.zone?.plugin.feed ?? '')
    const stanza = cluster?.stanzas[meaning.zone?.data?.index ?? -1]
    const reasons =
      cluster === undefined || stanza === undefined
        ? reply.answers.map(recordToText)
        : reasonLines(cluster.objects, stanza, meaning, qname, type, reply)
    const lines = [headline(reply, meaning, qname, type), ...placeLines(meaning, serverBlock), ...reasons]
    return { qname, type, rcode: reply.rcode, lines }
  }

  /** Of all listeners the first one whose zone encloses the name most closely. */
  #closest(qname: Uint8Array, type: number): Found {
    const found = this.#served.map(({ answerer, plan }): Found => {
      const meaning = meaningOf(answerer, qname, type)
      const at = meaning.block === undefined ? -1 : plan.blocks.indexOf(meaning.block)
      return { answerer, meaning, serverBlock: plan.serverBlocks[at] }
    })
    const depth = ({ meaning }: Found) => (meaning.block === undefined ? -1 : (meaning.zone?.wire.length ?? 0))
    return found.reduce((best, each) => (depth(each) > depth(best) ? each : best))
  }
}

/** As text: the question, then everything about it, two columns in. */
export function explanationText({ qname, type, lines }: Explanation): string {
  return [`${nameToText(qname)} ${typeToText(type)}`, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** What answers at one listener. */
interface Served {
  readonly answerer: Answerer
  readonly plan: ListenerPlan
}

interface Found {
  readonly answerer: Answerer
  readonly meaning: NameMeaning
  readonly serverBlock: ServerBlock | undefined
}

/** True when wildcards in the question decided what it is answered. */
function isByWildcard({ wildcard }: NameMeaning): boolean {
  return wildcard?.outcome === 'found' || wildcard?.outcome === 'nodata'
}

function headline({ rcode, answers }: Message, meaning: NameMeaning, qname: Uint8Array, type: number): string {
  const { outcome } = meaning
  const own = answers.filter((record) => isOf(record, qname)).length
  if (rcode === RCODE.NXDOMAIN) {
    return own > 0 ? 'exists, but its CNAME leads to a name that does not (NXDOMAIN)' : 'does not exist (NXDOMAIN)'
  }
  if (outcome === 'nobody' && rcode === RCODE.REFUSED) return 'is not answered (REFUSED)'
  if (rcode !== RCODE.NOERROR) return `is not answered (${rcodeToText(rcode)})`
  if (outcome === 'nxdomain' && !isByWildcard(meaning))
    return 'does not exist in its zone, and falls through to the next directive'
  if (answers.length === 0) return `exists, but has no ${typeToText(type)} record (NODATA)`
  return `exists: ${answers.length} ${answers.length === 1 ? 'record' : 'records'}`
}

function placeLines({ block, zone }: NameMeaning, serverBlock: ServerBlock | undefined): string[] {
  if (block === undefined || serverBlock === undefined) return ['no server block has a zone that holds it']
  const { position, kubernetes } = serverBlock
  const at = `server block at ${position.file}:${position.line}`
  if (kubernetes === undefined) return [`${at}, which has no kubernetes stanza`]
  if (zone === undefined) return [`${at}, none of whose kubernetes zones holds it: ${kubernetes.zones.join(' ')}`]
  return [`${at}, zone ${zone.name}. of the kubernetes stanza at line ${kubernetes.position.line}`]
}

function reasonLines(
  objects: KnownObjects,
  stanza: Stanza,
  meaning: NameMeaning,
  qname: Uint8Array,
  type: number,
  { answers }: Message,
): string[] {
  const { zone, outcome } = meaning
  if (zone === undefined || outcome === 'nobody' || outcome === 'no-image') return []
  const name = { ...meaning, outcome, zone: `${zone.name}.`, isReverse: zone.isReverse }
  const lines = explain(objects, stanza, name)
  const clients = zone.plugin.wildcards?.clients ?? []
  if (isByWildcard(meaning) && clients.length > 0) {
    lines.push(`so for clients in ${clients.map(formatPrefix).join(' ')}; for others there are no wildcards`)
  }
  if (answers.length === 0 && outcome === 'found' && meaning.wildcard === undefined)
    lines.push(...whyNoData(objects, stanza, name, type))
  for (const record of answers) {
    const source = isOf(record, qname)
      ? recordSource(objects, stanza, name, record.type, record.rdata)
      : 'of the CNAME before it, as this server answers it'
    lines.push(recordToText(record), ...(source === '' ? [] : [`  ${source}`]))
  }
  return lines
}

function isOf({ ownerName }: ResourceRecord, qname: Uint8Array): boolean {
  return equalNames(lowerCaseName(ownerName), lowerCaseName(qname))
}
