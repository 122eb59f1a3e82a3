/** What was published, read again: the bases that head names and the log between them lead to every state that is kept. */
import { FeedError } from '../../errors.ts'
import type { FollowedStack } from '../../image-stack.ts'
import { comparePositions } from '../../position.ts'
import type { Position, Step } from '../../step.ts'
import type { RedisClient } from '../connection/client.ts'
import { faultOf } from '../connection/fault.ts'
import { readChunks } from '../stored/base-chunks.ts'
import type { BaseEntry } from '../stored/bases.ts'
import { type Entry, readEntries } from '../stored/entries.ts'
import type { Head } from '../stored/head.ts'
import type { FeedKeys } from '../stored/keys.ts'
import { applyStep, type LoadedState, loadState, stepOf } from './load-state.ts'

/** not-kept: a base that is not there any more. gap: it does not follow on what is before it. */
export type Lack = 'not-kept' | 'gap' | 'damaged'

export interface Replayed extends Pick<Entry, 'position' | 'kind' | 'publishedAtMs'> {
  /** As they are stored: of the delta, or of all chunks of a base when unpacked; 0 for a mark. */
  readonly octets: number
  /** What the stack took in; or why it could not. */
  readonly step: Step | Lack
}

/**
 * The oldest base that is kept, and every entry of the log since, oldest first.
 * @param stack an empty one; with each entry that it took in it has moved there
 * @throws FeedError damaged, when the log is none, and what `client` throws
 */
export async function* replay(
  client: RedisClient,
  keys: FeedKeys,
  { bases, position: end }: Head,
  stack: FollowedStack,
): AsyncGenerator<Replayed> {
  const oldest = bases.at(-1)
  if (oldest === undefined) return
  yield await takeBase(client, keys, oldest, stack)
  let at: Position = oldest.position
  while (comparePositions(at, end) < 0) {
    const entries = await readEntries(client, keys, at)
    if (entries.length === 0) return
    for (const entry of entries) {
      const { position, kind, publishedAtMs, payload } = entry
      at = position
      if (kind !== 'base' && entry.previous === stack.position) {
        yield { position, kind, publishedAtMs, octets: payload.length, step: await taken(stepOf(entry, stack), stack) }
        continue
      }
      const base = bases.find((each) => each.position === position)
      const step = kind === 'base' ? 'not-kept' : 'gap'
      if (base === undefined) yield { position, kind, publishedAtMs, octets: payload.length, step }
      else yield await takeBase(client, keys, base, stack)
    }
  }
}

/**
 * The state at a position, from the nearest base before it.
 * @param stack an empty one
 * @throws FeedError not-kept, damaged, and what `client` throws
 */
export async function loadPosition(
  client: RedisClient,
  keys: FeedKeys,
  head: Head,
  position: Position,
  stack: FollowedStack,
): Promise<LoadedState> {
  const base = head.bases.find((each) => comparePositions(each.position, position) <= 0)
  if (base === undefined) {
    throw new FeedError('not-kept', `position ${position} is trimmed away; ${keptText(head)}`)
  }
  if (comparePositions(position, head.position) > 0) {
    throw new FeedError('not-kept', `position ${position} is not published; ${keptText(head)}`)
  }
  const state = await loadState(client, keys, base, position, stack)
  if (state.reached) return state
  if (state.fault !== undefined) throw state.fault
  throw new FeedError('not-kept', `the log does not lead to position ${position}; ${keptText(head)}`)
}

/** Which positions there are. */
export function keptText({ bases, position }: Head): string {
  const oldest = bases.at(-1)
  return oldest === undefined ? 'there is no base yet' : `there are those from ${oldest.position} to ${position}`
}

async function taken(step: Promise<Step>, stack: FollowedStack): Promise<Step | 'damaged'> {
  try {
    applyStep(stack, await step)
    return step
  } catch (error) {
    if (faultOf(error, 'the feed').code !== 'damaged') throw error
    return 'damaged'
  }
}

async function takeBase(client: RedisClient, keys: FeedKeys, base: BaseEntry, stack: FollowedStack): Promise<Replayed> {
  const { position, octets, createdAtMs } = base
  const read = async (): Promise<Step> => {
    const image = await readChunks(client, keys, base, (size) => stack.allocate(size))
    return { kind: 'base', position, previous: '', image }
  }
  return { position, kind: 'base', publishedAtMs: createdAtMs, octets, step: await taken(read(), stack) }
}
