/**
 * The version of a feed: of its keys, fields and entries, and of the images in it, which carry theirs, too. A follower reads
 * the current one and the one before, so responders are upgraded first; a publisher may be told to write the one before.
 */
import { FORMAT_VERSION, type FormatVersion, PREVIOUS_VERSION } from '@zonecast/image'
import { FeedError } from '../../errors.ts'

export const FEED_FORMAT: FormatVersion = FORMAT_VERSION
export const READABLE_FORMATS: readonly number[] = [PREVIOUS_VERSION, FEED_FORMAT]

/** @throws FeedError unknown-format */
export function checkFormat(format: number): void {
  if (READABLE_FORMATS.includes(format)) return
  const advice = format > FEED_FORMAT ? 'upgrade this program, or have the publisher write' : 'the publisher must write'
  throw new FeedError(
    'unknown-format',
    `the feed has format ${format}; ${advice} format ${READABLE_FORMATS.join(' or ')}`,
  )
}
