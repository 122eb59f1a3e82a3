/**
 * The version of the keys, fields and entries of a feed. Images carry a version of their own. A follower reads the current
 * one and the one before, so responders are upgraded first; a publisher may be told to write the one before.
 */
import { FeedError } from '../errors.ts'

export const FEED_FORMAT = 1
/** There is none before the first. */
export const READABLE_FORMATS: readonly number[] = [FEED_FORMAT]

/** @throws FeedError unknown-format */
export function checkFormat(format: number): void {
  if (READABLE_FORMATS.includes(format)) return
  const advice = format > FEED_FORMAT ? 'upgrade this program, or have the publisher write' : 'the publisher must write'
  throw new FeedError(
    'unknown-format',
    `the feed has format ${format}; ${advice} format ${READABLE_FORMATS.join(' or ')}`,
  )
}
