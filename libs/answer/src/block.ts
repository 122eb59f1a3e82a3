/** What answering needs to know of a server block: plain data, so that it can be handed to another thread. */

import type { AddressPrefix } from '@zonecast/dns'

/** The `kubernetes` plugin of a server block, as the responder reads it. Names in lower case, no root dot, '' the root. */
export interface KubernetesPlugin {
  readonly zones: readonly string[]
  /** Which of the images' stanzas with just these zones it is, counted from 0. */
  readonly ordinal: number
  /** Name of the feed whose images hold the zones. */
  readonly feed: string
  /** Zones in which NXDOMAIN is handed on; [''] for all, [] for none. */
  readonly fallthrough: readonly string[]
  /** Undefined: none, whatever images say. */
  readonly wildcards: WildcardsPlugin | undefined
}

/** Which questions with wildcards are answered; images may say less. */
export interface WildcardsPlugin {
  readonly scope: 'namespace' | 'zone'
  readonly search: boolean
  /** Of records in an answer, 1..WILDCARD_RECORDS. */
  readonly limit: number
  /** For whom there are wildcards; empty: for all. */
  readonly clients: readonly AddressPrefix[]
}

/** The most records that an answer to a question with wildcards can have. */
export const WILDCARD_RECORDS = 4000

export type LogPart = { readonly literal: string } | { readonly placeholder: string }

/** The `log` plugin: which responses make a line, and of what parts. */
export interface LogRule {
  readonly zones: readonly string[]
  readonly format: readonly LogPart[]
  readonly classes: readonly ('all' | 'success' | 'denial' | 'error')[]
}

/** Errors that match are counted for a while and told in one line. */
export interface Consolidation {
  readonly periodMs: number
  readonly pattern: RegExp
  readonly level: LogLevel
  readonly showFirst: boolean
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/** The `errors` plugin. The first pattern that matches takes the error. */
export interface ErrorsPlugin {
  /** Tell where in the code an error arose that nobody foresaw. */
  readonly stacktrace: boolean
  readonly consolidate: readonly Consolidation[]
}

export interface Block {
  /** Zones of the block's keys on this listener; '' is the root. */
  readonly zones: readonly string[]
  readonly kubernetes: KubernetesPlugin | undefined
  /** Rotate the addresses of an answer. */
  readonly rotate: boolean
  readonly whoami: boolean
  /** The `nsid` plugin: what it says beside the positions of the feeds, '' for the host's name; undefined: nothing. */
  readonly nsid: string | undefined
  /** The first rule whose zones hold the name counts. With any rule here every query goes the slow way. */
  readonly log: readonly LogRule[]
  readonly errors: ErrorsPlugin | undefined
  /** The `prometheus` plugin: what it answers is counted. */
  readonly counted: boolean
}
