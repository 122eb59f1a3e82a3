/** The words for a state of a feed: a position, or a zone's serial. */
import { FeedError, parsePosition } from '@zonecast/feed'
import { keptText } from '@zonecast/feed/redis'
import { UsageError } from '../command-line.ts'
import { emptyStack, type OpenedFeed, replayed } from './opened-feed.ts'

export type Point =
  | { readonly kind: 'position'; readonly position: string }
  | { readonly kind: 'serial'; readonly zone: string; readonly serial: number }

/** @throws UsageError */
export function parsePoint(text: string): Point {
  if (parsePosition(text) !== undefined) return { kind: 'position', position: text }
  const [, zone, digits] = /^([^:]+):(\d{1,10})$/.exec(text) ?? []
  const serial = Number(digits)
  if (zone === undefined || serial > 0xffff_ffff) {
    throw new UsageError(`"${text}" is neither a position (EPOCH-N) nor the serial of a zone (ZONE:SERIAL)`)
  }
  return { kind: 'serial', zone: zone.toLowerCase().replace(/\.$/, ''), serial }
}

/**
 * The position where a state begins.
 * @throws FeedError not-kept, damaged
 */
export async function positionOf(opened: OpenedFeed, point: Point): Promise<string> {
  if (point.kind === 'position') return point.position
  const { zone, serial } = point
  const had: number[] = []
  const stack = emptyStack()
  for await (const { position } of replayed(opened, stack)) {
    const now = serialOf(stack.images[0]?.stanzas ?? [], zone)
    if (now === serial) return position
    if (now !== undefined && now !== had.at(-1)) had.push(now)
  }
  if (stack.images.length === 0) throw new FeedError('damaged', `no base of feed ${opened.name} can be read`)
  if (had.length === 0) throw new FeedError('not-kept', `feed ${opened.name} has no zone ${zone}.`)
  const kept = had.length === 1 ? `there is ${had[0]} alone` : `there are ${had.length} from ${had[0]} to ${had.at(-1)}`
  throw new FeedError(
    'not-kept',
    `serial ${serial} of ${zone}. is trimmed away or was never published; of its serials ${kept}, of positions ${keptText(opened.head)}`,
  )
}

function serialOf(
  stanzas: readonly { readonly zones: readonly { readonly name: string; readonly serial: number }[] }[],
  zone: string,
): number | undefined {
  return stanzas.flatMap(({ zones }) => zones).find(({ name }) => name === zone)?.serial
}
