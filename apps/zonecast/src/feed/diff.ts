/**
 * `zonecast feed diff`: the records that one state has and another has not. Both states list their names in the same order,
 * so they are walked side by side, a name at a time, however many there are.
 */
import type { Configuration } from '@zonecast/corefile'
import { nameToText, type ResourceRecord, recordToText } from '@zonecast/dns'
import { feedInRedis } from '@zonecast/responder-app/redis-feeds'
import { type ServedZone, zonesOver } from '../dump/zones-over.ts'
import { type OpenedFeed, stackAt } from './opened-feed.ts'
import { type Point, positionOf } from './point.ts'

/**
 * Lines `- RECORD` and `+ RECORD`, those of a name together.
 * @throws FeedError
 */
export async function* diff(
  opened: OpenedFeed,
  configuration: Configuration,
  before: Point,
  after: Point,
): AsyncGenerator<string> {
  const [from, to] = [await positionOf(opened, before), await positionOf(opened, after)]
  const [had, has] = [await zonesAt(opened, configuration, from), await zonesAt(opened, configuration, to)]
  yield `; ${opened.name}, ${from} to ${to}\n`
  for (const zone of new Set([...had.keys(), ...has.keys()])) {
    yield* differences(had.get(zone)?.records() ?? [], has.get(zone)?.records() ?? [])
  }
}

/** @param before and `after`: of one zone, in canonical order */
export function* differences(
  before: Iterable<ResourceRecord>,
  after: Iterable<ResourceRecord>,
): Generator<string, void, undefined> {
  const [left, right] = [byOwner(before), byOwner(after)]
  let [had, has] = [left.next(), right.next()]
  while (!had.done || !has.done) {
    const isGone = !had.done && (has.done || had.value.key < has.value.key)
    const isNew = !has.done && (had.done || has.value.key < had.value.key)
    const were = had.done || isNew ? NONE : had.value.lines
    const are = has.done || isGone ? NONE : has.value.lines
    for (const line of were) if (!are.has(line)) yield `- ${line}\n`
    for (const line of are) if (!were.has(line)) yield `+ ${line}\n`
    if (!isNew) had = left.next()
    if (!isGone) has = right.next()
  }
}

interface Owner {
  /** Orders names as their zone does: label by label from the root down. */
  readonly key: string
  readonly lines: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

function* byOwner(records: Iterable<ResourceRecord>): Generator<Owner, undefined, undefined> {
  let key: string | undefined
  let lines = new Set<string>()
  for (const record of records) {
    const next = nameToText(record.ownerName).split('.').reverse().join('\0')
    if (key !== undefined && next !== key) {
      yield { key, lines }
      lines = new Set()
    }
    key = next
    lines.add(recordToText(record))
  }
  if (key !== undefined) yield { key, lines }
}

async function zonesAt(
  opened: OpenedFeed,
  configuration: Configuration,
  position: string,
): Promise<ReadonlyMap<string, ServedZone>> {
  const { images } = await stackAt(opened, position)
  const zones = zonesOver(configuration, new Map([[opened.name, images]]), feedInRedis)
  return new Map(zones.map((zone) => [zone.name, zone]))
}
