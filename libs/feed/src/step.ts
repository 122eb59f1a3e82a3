/** The contract of a feed: an ordered stream of images. Every carrier keeps to it. */

/** `EPOCH-N`: N counts the steps within an epoch, an epoch begins when a publisher does. */
export type Position = string

/**
 * One step of a feed. A follower applies a delta only when it stands at `previous`; a base takes it to `position` from
 * anywhere.
 */
export interface Step {
  readonly kind: 'base' | 'delta'
  readonly position: Position
  /** '' for a base that follows on nothing. */
  readonly previous: Position
  /** The whole image; may lie in shared memory. Never changed. */
  readonly image: Uint8Array
}

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
