/** A state of the feed from nothing: a base and the log from there on, into a stack beside the one that answers. */
import { FeedError } from '../../errors.ts'
import type { FollowedStack } from '../../image-stack.ts'
import type { Position, Step } from '../../step.ts'
import type { RedisClient } from '../connection/client.ts'
import { readChunks } from '../stored/base-chunks.ts'
import type { BaseEntry } from '../stored/bases.ts'
import { type Entry, readEntries } from '../stored/entries.ts'
import type { FeedKeys } from '../stored/keys.ts'
import { unpackDelta } from '../stored/payload.ts'

export interface LoadedState {
  readonly stack: FollowedStack
  /** False when the log does not lead from the base to the position that was wanted; the stack has what there is. */
  readonly reached: boolean
  /** Why the log leads no further, where an entry is not as it should be. */
  readonly fault?: FeedError
  /** Of the last step. */
  readonly publishedAtMs: number | undefined
}

/**
 * @param stack an empty one
 * @param until where to stop
 * @throws FeedError damaged, when the base is, and what `client` throws
 */
export async function loadState(
  client: RedisClient,
  keys: FeedKeys,
  base: BaseEntry,
  until: Position,
  stack: FollowedStack,
): Promise<LoadedState> {
  const image = await readChunks(client, keys, base, (octets) => stack.allocate(octets))
  applyStep(stack, { kind: 'base', position: base.position, previous: '', image })
  let publishedAtMs: number | undefined = base.createdAtMs
  while (stack.position !== until) {
    const entries = await readEntries(client, keys, stack.position)
    if (entries.length === 0) return { stack, reached: false, publishedAtMs }
    for (const entry of entries) {
      if (entry.previous !== stack.position || entry.kind === 'base') return { stack, reached: false, publishedAtMs }
      try {
        applyStep(stack, await stepOf(entry, stack))
      } catch (fault) {
        if (!(fault instanceof FeedError)) throw fault
        return { stack, reached: false, fault, publishedAtMs }
      }
      publishedAtMs = entry.publishedAtMs
      if (stack.position === until) break
    }
  }
  return { stack, reached: true, publishedAtMs }
}

/**
 * The step that an entry is, its image uncompressed.
 * @param entry any but a base, which has to be loaded
 * @throws FeedError damaged
 */
export async function stepOf(entry: Entry, stack: FollowedStack): Promise<Step> {
  const { kind, kindText, position, previous, payload } = entry
  if (kind === 'unknown') throw new FeedError('damaged', `log entry ${position} is of the kind "${kindText}"`)
  if (kind !== 'delta') return { kind: 'mark', position, previous, image: new Uint8Array() }
  const image = await unpackDelta(payload, (octets) => stack.allocate(octets))
  return { kind, position, previous, image }
}

/** @throws FeedError damaged, whatever is wrong with the step */
export function applyStep(stack: FollowedStack, step: Step): void {
  try {
    stack.apply(step)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new FeedError('damaged', `the ${step.kind} at ${step.position} is refused: ${reason}`)
  }
}
