/** `zonecast feed status`: what head says, and how much log there is since the base. */
import { type BaseEntry, readEntries, readSerials, shown } from '@zonecast/feed/redis'
import { differingOptions, readOptions } from '@zonecast/responder-app/shape-options'
import { configHash } from '@zonecast/sync-app/objects'
import { ageText, countText, timeText } from './format.ts'
import type { OpenedFeed } from './opened-feed.ts'

export interface Status {
  readonly text: string
  readonly warnings: readonly string[]
}

/** @throws FeedError */
export async function statusOf({ name, feed, client, keys, head }: OpenedFeed, nowMs: number): Promise<Status> {
  const serials = await readSerials(client, keys)
  const log = await logSince({ client, keys, head })
  const own = configHash(feed)
  const lines: [string, string][] = [
    ['position', head.position],
    [
      'last change',
      log.lastMs === undefined ? 'not known' : `${timeText(log.lastMs)}, ${ageText(nowMs, log.lastMs)} ago`,
    ],
    ['publisher', head.publisher],
    ['heartbeat', `${timeText(head.heartbeatMs)}, ${ageText(nowMs, head.heartbeatMs)} ago`],
    ['format', `${head.format}`],
    ['config', `${head.config}${head.config === own ? ', as in the Corefile' : `; that of the Corefile is ${own}`}`],
    ...head.bases.map((base, at): [string, string] => [at === 0 ? 'base' : 'base before', baseText(base)]),
    ['log', `${countText(log.entries, 'entry', 'entries')}, ${log.octets} octets since the base`],
    ...[...serials]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([zone, serial]): [string, string] => ['serial', `${shown(zone)}. ${serial}`]),
  ]
  const rows = lines.map(([key, value]) => `  ${key.padEnd(12)} ${value}\n`)
  const published = readOptions(head.options, head.config)
  const differing = published === undefined ? [] : differingOptions(feed.stanzas, published)
  const details = differing.length === 0 ? '' : `: ${differing.join('; ')}`
  const differs = `feed ${name}: the publisher's configuration shapes records otherwise (${head.config}) than this Corefile (${own})${details}`
  return { text: `${name}\n${rows.join('')}`, warnings: head.config === own ? [] : [differs] }
}

interface LogSize {
  readonly entries: number
  readonly octets: number
  readonly lastMs: number | undefined
}

async function logSince({ client, keys, head }: Pick<OpenedFeed, 'client' | 'keys' | 'head'>): Promise<LogSize> {
  const [base] = head.bases
  let [entries, octets] = [0, 0]
  let lastMs = base?.createdAtMs
  let at = base?.position ?? ''
  for (;;) {
    const read = await readEntries(client, keys, at)
    const last = read.at(-1)
    if (last === undefined) return { entries, octets, lastMs }
    at = last.position
    entries += read.length
    for (const { kind, payload, publishedAtMs } of read) {
      octets += payload.length
      if (kind === 'delta' || kind === 'base') lastMs = publishedAtMs ?? lastMs
    }
  }
}

function baseText({ id, position, octets, chunks, createdAtMs }: BaseEntry): string {
  return `${id} at ${position}, ${octets} octets in ${countText(chunks, 'chunk', 'chunks')}, ${timeText(createdAtMs)}`
}
