/** `zonecast feed show`: asks the replayed images, as a responder with this Corefile would. */
import type { Answerer } from '@zonecast/answer'
import type { Configuration } from '@zonecast/corefile'
import { encodeQuery, lowerCaseName, nameToText } from '@zonecast/dns'
import { loadPosition } from '@zonecast/feed/redis'
import { feedInRedis } from '@zonecast/responder-app/redis-feeds'
import { askAnswerer } from '../ask-answerer.ts'
import { UsageError } from '../command-line.ts'
import { type ServedZone, zonesOver } from '../dump/zones-over.ts'
import { parseArguments } from '../query/arguments.ts'
import { QueryError } from '../query/errors.ts'
import { replyText, shortText } from '../query/print.ts'
import { timeText } from './format.ts'
import { emptyStack, type OpenedFeed } from './opened-feed.ts'
import { type Point, parsePoint, positionOf } from './point.ts'

export interface Wanted {
  readonly question: ReturnType<typeof parseArguments>
  /** undefined: now. */
  readonly at: Point | undefined
}

/** @throws UsageError */
export function parseShow(operands: readonly string[]): Wanted {
  // The first word is a name, even if it is "at".
  const dated = operands.indexOf('at', 1)
  const words = dated < 0 ? operands : operands.toSpliced(dated, 2)
  const point = dated < 0 ? undefined : operands[dated + 1]
  if (dated >= 0 && point === undefined) throw new UsageError('"at" wants a position or a serial')
  const at = point === undefined ? undefined : parsePoint(point)
  if (words.length === 0 || words[0]?.startsWith('+')) throw new UsageError('show wants a name')
  try {
    const question = parseArguments(['-q', ...words])
    if (question.server !== undefined) throw new UsageError('show asks the feed, not a server')
    return { question, at }
  } catch (error) {
    throw error instanceof QueryError ? new UsageError(error.message) : error
  }
}

/**
 * @returns the answer as dig prints it
 * @throws UsageError, FeedError
 */
export async function show(
  opened: OpenedFeed,
  configuration: Configuration,
  { question, at }: Wanted,
): Promise<string> {
  const { client, keys, head, name } = opened
  const position = at === undefined ? head.position : await positionOf(opened, at)
  const { stack, publishedAtMs } = await loadPosition(client, keys, head, position, emptyStack())
  const zones = zonesOver(configuration, new Map([[name, stack.images]]), feedInRedis)
  const { qname, type, rrclass, short, shown } = question
  const { answerer } = zoneOf(zones, nameToText(lowerCaseName(qname)), name)
  const query = encodeQuery({ qname, type, class: rrclass, id: 0, flags: 0, edns: null })
  const reply = await askAnswerer(answerer, query)
  if (short) return shortText(reply)
  const time = publishedAtMs === undefined ? '' : `, ${timeText(publishedAtMs)}`
  const sections = new Set([...shown].filter((section) => section !== 'stats'))
  return `; ${name}, ${position}${time}\n${replyText(reply, NO_STATISTICS, sections, false)}`
}

/** The zone that encloses the name most closely. */
function zoneOf(zones: readonly ServedZone[], qname: string, feed: string): { readonly answerer: Answerer } {
  const enclosing = zones.filter(({ name }) => name === '' || `.${qname}`.endsWith(`.${name}.`))
  const [closest] = enclosing.sort((a, b) => b.name.length - a.name.length)
  if (closest !== undefined) return closest
  const names = zones.map(({ name }) => `${name}.`).join(' ')
  throw new UsageError(`${qname} is in no zone of feed ${feed}; there are ${names || 'none'}`)
}

/** They are not shown: nothing was sent. */
const NO_STATISTICS = { queryTimeMs: 0, server: '', when: new Date(0), sizeOctets: 0, notes: [] }
