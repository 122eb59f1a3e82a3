/** Questions and resource records as objects (RFC 1035 sections 4.1.2, 4.1.3), for whatever is not the fast path. */

export interface Question {
  readonly qname: Uint8Array
  readonly type: number
  readonly class: number
}

export interface ResourceRecord {
  readonly ownerName: Uint8Array
  readonly type: number
  readonly class: number
  /** 0..4,294,967,295 */
  readonly ttlSec: number
  /** Names inside are uncompressed. */
  readonly rdata: Uint8Array
}

/** Records that share owner name, type, class and TTL (RFC 2181 section 5). */
export interface RRset extends Omit<ResourceRecord, 'rdata'> {
  readonly rdatas: readonly Uint8Array[]
}
