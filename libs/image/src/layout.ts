/**
 * The binary form of an image, little-endian, every section starting at a multiple of 4 octets:
 *
 *   0        8         12         16            24       28        32                          end-32     end
 *   +--------+----+----+----------+-------------+--------+---------+---------------------------+----------+
 *   |zonecast|vers|kind| octets   | createdAtMs | shape  |sections | directory, then sections  | SHA-256  |
 *   +--------+----+----+----------+-------------+--------+---------+---------------------------+----------+
 *     8 octets u16  u16   u32        f64           u32       u32       (offset u32, octets u32)…   of all before
 *
 * A *fragment* is some labels without the root label: one octet that counts all that follows, then the labels in wire form.
 * A *fragment reference* is the octet offset of a fragment in the section `strings`; 0 is the empty fragment.
 * An *index* is a hash table with open addressing and linear probing; its number of slots is a power of two, at most
 * half of them in use, so a probe always meets an empty one. No entry lies further than MAX_PROBES from where its hash says.
 */

/** "zonecast" */
export const MAGIC = [0x7a, 0x6f, 0x6e, 0x65, 0x63, 0x61, 0x73, 0x74] as const
export const FORMAT_VERSION = 2
/** It has stanzas of 4 words, and knows neither templates nor what else `SPECIFIED` rules out. */
export const PREVIOUS_VERSION = 1
export type FormatVersion = typeof FORMAT_VERSION | typeof PREVIOUS_VERSION
export const KIND = { base: 0, delta: 1 } as const

export const HEADER_OCTETS = 32
export const CHECKSUM_OCTETS = 32
/** Each runtime has its own. */
export type Sha256 = (octets: Uint8Array) => Uint8Array

/** Sections in the order of the directory. A reader passes over those that it does not know, so more may be added. */
export const SECTION = {
  /** JSON text, an object of strings. */
  meta: 0,
  strings: 1,
  /** Per zone 4 words: name fragment, stanza, 1 = reverse, SOA serial. In stanza order. */
  zones: 2,
  /** Per stanza 8 words: TTL, pod mode, first zone, zones, STANZA_FLAG, first template, templates, namespace fragment. */
  stanzas: 3,
  /** Index of (name fragment, stanzas). Empty slot: fragment 0. */
  namespaces: 4,
  /** Index of (key hash, octet offset in `records` plus 1). Empty slot: 0 in the second word. */
  services: 5,
  /** Service records, see RECORD. */
  records: 6,
  /** Port lists: count, then per port 2 words: name fragment, number << 16 | protocol. List at offset 0: the empty one. */
  ports: 7,
  /** 16 octets each: the IPv6 addresses of endpoints. */
  addresses6: 8,
  /** Sorted (IPv4 address, record offset, ordinal): 3 words; ordinal OWN_ADDRESS is a ClusterIP. */
  reverse4: 9,
  /** Sorted (IPv6 address of 4 big-endian words, record offset, ordinal): 6 words. */
  reverse6: 10,
  /** Index of (address as 16 octets, namespace fragment, stanzas): 6 words. Empty slot: fragment 0. */
  pods: 11,
  /** Index of (owner hash, octet offset in `rrsets` plus 1). */
  owners: 12,
  /** RRsets: owner fragment, stanzas, type << 16 | records, TTL; then per record u16 length and octets, padded to 4. */
  rrsets: 13,
  /** Per block of REVERSE_BLOCK entries of `reverse4` a word: the stanzas of all their records. */
  blocks4: 14,
  /** The same of `reverse6`. */
  blocks6: 15,
  /** Fragments of templates: `{service}` and `{namespace}` are labels of them. */
  templates: 16,
  /** One word. Bit n: a service here may have a name of n labels, 31: of 31 and more; 0: one that begins with `*`. */
  nameLabels: 17,
  /**
   * What questions with wildcards are answered by; empty while no stanza has them. Here: octet offsets in `records` of the
   * services that have names, by namespace and service.
   */
  order: 18,
  /** Per namespace a word: the place in `order` of its first service. */
  spans: 19,
  /** The same records by the labels of their names, then by namespace; with FIRST_OF_NAME at the first one of each name. */
  names: 20,
  /**
   * Entries of a suffix array of the distinct names: place in `names` of the first record << 8 | octet in the fragment of
   * its name, 1..253. Suffixes are compared octet by octet; the end of a name is less than that of a label, that less
   * than any octet.
   */
  suffixes: 21,
  /**
   * Of which pieces the suffix array is made, 3 words each: place in the suffix array, place in `suffixes`, what is added
   * to each entry. A piece ends where the next one starts; the last one stands for the end.
   */
  pieces: 22,
  /** Entries of the suffix array that are starts of labels, first ones apart. */
  labelStarts: 23,
  /** Places in `order` of external services. */
  externals: 24,
} as const
export const SECTIONS = 25
export const FIRST_OF_NAME = 0x80000000
export const PREVIOUS_SECTIONS = 16
export const REVERSE_BLOCK = 64

/**
 * A service record. After the fixed part: IPv4 ClusterIPs (4 octets, network order), IPv6 ClusterIPs (16), external IPv4
 * and IPv6 addresses, port sets
 * (list offset u32, number of endpoints that use it u32), zone fragments (u32), endpoints (12 octets each): first those
 * that are named after their IPv4 address, sorted by address; then the others, sorted by name, then address. At the end, of
 * an alias alone, the fragment of the name that it is an alias of (u32).
 */
export const RECORD = {
  stanzas: 0,
  service: 4,
  namespace: 8,
  /** u8, index into SERVICE_KINDS, and ALIAS */
  kind: 12,
  /** u8 */
  addresses4: 13,
  /** u8 */
  addresses6: 14,
  /** u8 */
  zones: 15,
  /** Port list of the service's own ports; of an external service the fragment of its target. */
  ports: 16,
  /** u16 */
  portSets: 20,
  /** u8 */
  external4: 22,
  /** u8 */
  external6: 23,
  /** How many endpoints are named after their IPv4 address. */
  derived: 24,
  endpoints: 28,
  octets: 32,
} as const

/** An endpoint in a record. */
export const ENDPOINT = {
  /** IPv4 address in network order, or the index in `addresses6`. */
  address: 0,
  /** Fragment; 0 for one that is named after its address. */
  name: 4,
  /** u16 */
  portSet: 8,
  /** u8, ENDPOINT_FLAG */
  flags: 10,
  /** u8, 1-based index into the record's zones; 0: none. */
  zone: 11,
  octets: 12,
} as const

export const ENDPOINT_FLAG = {
  ipv6: 1,
  /** An earlier endpoint of this record has the same address, or it is an external address of it too. */
  repeated: 2,
} as const

export const SERVICE_KINDS = ['cluster', 'headless', 'external', 'reverse', 'inner'] as const
/** Bit of a record's kind: PTR and SRV records lead to another name of the service. */
export const ALIAS = 0x80
/** Bit of `nameLabels`. */
export const WILDCARD_NAMES = 1
export const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const
export const POD_MODES = ['disabled', 'insecure', 'verified'] as const
export const WILDCARD_SCOPES = ['off', 'namespace', 'zone'] as const
/** The lowest two bits are the index into WILDCARD_SCOPES. */
export const STANZA_FLAG = { scope: 3, search: 4, externalFirst: 8 } as const
/** Octets of a stanza, by format version. */
export const STANZA_OCTETS = { 1: 16, 2: 32 } as const
/** Of one stanza. */
export const MAX_TEMPLATES = 16
export const OWN_ADDRESS = 0xffffffff
export const MAX_STANZAS = 32
/** Of one stanza: a CIDR may stand for many reverse zones. */
export const MAX_ZONES = 4096
/** Beyond what chance brings (about 80 for a million entries), and short enough for a hostile image to cost little. */
export const MAX_PROBES = 8192
/** In all port lists of a service, those of its endpoints included. */
export const MAX_PORTS = 65_535

/** The bit of `nameLabels` for names of so many labels. */
export function labelsBit(labels: number): number {
  return 1 << Math.min(labels, 31)
}
