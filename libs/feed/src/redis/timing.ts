/** How long things take in a feed over Redis. Milliseconds. */
export interface Timing {
  /** A publisher that is gone is replaced after this and `seekMs`; together below 5 s. */
  readonly leaseMs: number
  /** Between two renewals, which are the heartbeat too. */
  readonly renewMs: number
  /** A publisher stops this long before its lease ends by its own clock. */
  readonly leaseMarginMs: number
  /** Between two tries of a standby to take the lease. */
  readonly seekMs: number
  /** How long one XREAD waits. */
  readonly blockMs: number
  /** A connection that is silent for so long when a reply is due is dead. */
  readonly silenceMs: number
  /** The same for a publisher, who has a lease to lose. */
  readonly publisherSilenceMs: number
  /** The same where a publisher writes chunks of 1 MiB. */
  readonly bulkSilenceMs: number
  /** Between two looks at head. */
  readonly headMs: number
  /** Reloads begin after a chance part of this, so that many followers do not load at once. */
  readonly reloadJitterMs: number
  /** Between two attempts that fail: from, up to. */
  readonly retryLeastMs: number
  readonly retryMostMs: number
  /**
   * Up to this where a publisher or a standby tries again. They are few; and of those that come to a Redis which has lost everything the
   * first should be one that knows what was published.
   */
  readonly publisherRetryMostMs: number
  /**
   * Who takes the lease and finds nothing to go on from waits so long for others who may know later serials. All show up by
   * then: a standby within `seekMs`, who published within `renewMs`, who has to connect within `publisherRetryMostMs`.
   */
  readonly hearMs: number
  /** Until a connection can be used. */
  readonly connectMs: number
}

export const DEFAULT_TIMING: Timing = {
  leaseMs: 3000,
  renewMs: 1000,
  leaseMarginMs: 300,
  seekMs: 500,
  blockMs: 2000,
  silenceMs: 5000,
  publisherSilenceMs: 1200,
  bulkSilenceMs: 10_000,
  headMs: 3000,
  reloadJitterMs: 500,
  retryLeastMs: 50,
  retryMostMs: 5000,
  publisherRetryMostMs: 1000,
  hearMs: 1500,
  connectMs: 5000,
}
