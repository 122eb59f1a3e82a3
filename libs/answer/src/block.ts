/** What answering needs to know of a server block: plain data, so that it can be handed to another thread. */

/** The `kubernetes` plugin of a server block, as the responder reads it. Names in lower case, no root dot, '' the root. */
export interface KubernetesPlugin {
  readonly zones: readonly string[]
  /** Which of the images' stanzas with just these zones it is, counted from 0. */
  readonly ordinal: number
  /** Name of the feed whose images hold the zones. */
  readonly feed: string
  /** Zones in which NXDOMAIN is handed on; [''] for all, [] for none. */
  readonly fallthrough: readonly string[]
}

export interface Block {
  /** Zones of the block's keys on this listener; '' is the root. */
  readonly zones: readonly string[]
  readonly kubernetes: KubernetesPlugin | undefined
  /** Rotate the addresses of an answer. */
  readonly rotate: boolean
  readonly whoami: boolean
  /** Every query goes the slow way, where it is logged. */
  readonly log: boolean
}
