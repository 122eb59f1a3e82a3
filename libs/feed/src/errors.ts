/** What feeds refuse and what stands in their way. */
export type FeedErrorCode =
  /** A step that does not follow on where the follower stands. */
  | 'gap'
  /** A name that no feed can have. */
  | 'bad-name'
  /** An address or a set of options that no connection can be made from. */
  | 'bad-address'
  /** Head was written in a format that this program does not read. */
  | 'unknown-format'
  /** Head, a log entry, a base or a step file is not as it should be. */
  | 'damaged'
  /** A state that is trimmed away or was never published. */
  | 'not-kept'
  /** The cache file cannot be read or written. */
  | 'cache'
  /** Redis may evict keys, so it could drop the feed. */
  | 'eviction'
  /** Another publisher's configuration shapes records otherwise than ours. */
  | 'other-configuration'
  /** A method was called after `close`. */
  | 'closed'
  | RedisFaultCode

/** What Redis or the way to it has said; see redis/fault.ts. */
export type RedisFaultCode =
  /** No connection, or it ended or fell silent. */
  | 'unreachable'
  /** Name and password are missing or wrong. */
  | 'no-auth'
  /** The ACL user lacks a right. */
  | 'no-permission'
  /** A replica, or a server that cannot persist, takes no writes. */
  | 'read-only'
  | 'out-of-memory'
  /** It is reading its data from disk. */
  | 'loading'
  /** A cluster was reached as if it were one server, or it has no server for our slot. */
  | 'moved'
  /** Any other error reply. */
  | 'redis'

export class FeedError extends Error {
  override readonly name = 'FeedError'
  readonly code: FeedErrorCode

  constructor(code: FeedErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
