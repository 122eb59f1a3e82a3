/** The contract of a feed: an ordered stream of images. Every carrier keeps to it. */

/** `EPOCH-N`: N counts the steps within an epoch, an epoch begins when a publisher does. */
export type Position = string

/**
 * One step of a feed. A follower applies a delta or a mark only when it stands at `previous`; a base takes it to `position`
 * from anywhere.
 */
export interface Step {
  /** mark: nothing but the position changes (a publisher began or left). */
  readonly kind: 'base' | 'delta' | 'mark'
  readonly position: Position
  /** '' for a base that follows on nothing. */
  readonly previous: Position
  /** The whole image, empty for a mark; may lie in shared memory. Never changed. */
  readonly image: Uint8Array
}

/** Takes steps that their maker has numbered: the in-process and the file carrier. */
export interface Publisher {
  /** Resolves when followers can see the step. */
  publish(step: Step): Promise<void>
  close(): Promise<void>
}

export interface FollowerEvents {
  /** A step, in order, each once. */
  onStep(step: Step): void
  /** What stands in the way; following goes on. */
  onError(error: Error): void
}

/** A carrier that can fail and resume brings a `FollowedStack` along by itself, and says what it did. */
export interface StackEvents {
  /** The stack has taken this in: its position differs, and its images too unless it was a mark. */
  onApplied(applied: Applied): void
  onError(error: Error): void
}

/**
 * Why all was loaded anew. start: there was nothing. base: a publisher began with a base. gap: the log does not lead on from
 * where the stack was. refused: an entry is not as it should be.
 */
export type LoadReason = 'start' | 'base' | 'gap' | 'refused'

export interface Applied {
  /** cache: what the last process left. base: all anew. */
  readonly kind: 'cache' | 'base' | 'delta' | 'mark'
  readonly position: Position
  /** When it was published by the publisher's clock; undefined where that is not known. */
  readonly publishedAtMs: number | undefined
  /** Of a base, where it is known. */
  readonly reason?: LoadReason
}

export interface Follower {
  /** Ends following; the stack stays as it is. */
  close(): Promise<void>
}
