/** What a follower refuses. */
export type FeedErrorCode =
  /** A delta that does not follow on where the follower stands. */
  'gap'

export class FeedError extends Error {
  override readonly name = 'FeedError'
  readonly code: FeedErrorCode

  constructor(code: FeedErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
