/** The query that the parameters of the JSON form ask for, as Google's and Cloudflare's resolvers read them. */
import {
  EDNS_DO,
  encodeQuery,
  FLAG,
  nameFromText,
  parseAddress,
  parsePrefix,
  plainEdns,
  TYPE,
  typeFromText,
  UDP_OCTETS_SAFE,
} from '@zonecast/dns'

/** What is wrong with the parameters. */
export interface BadParameter {
  readonly error: string
}

/**
 * `name` (required), `type` (a word or a number, default A), `cd` and `do` (1 or true; also bare, as `&cd`).
 * `edns_client_subnet` must be an address or a prefix and changes nothing, for our answers are the same everywhere;
 * `random_padding` and all others are passed over.
 */
export function jsonQuery(parameter: (name: string) => string | undefined): Uint8Array | BadParameter {
  const name = parameter('name')
  if (name === undefined || name === '') return { error: 'name is missing: which name is asked for?' }
  const qname = parseName(name)
  if (!(qname instanceof Uint8Array)) return qname

  const typeText = parameter('type') ?? 'A'
  const type = parseType(typeText)
  if (type === undefined) return { error: `type=${quoted(typeText)} is neither a record type nor a number up to 65535` }

  const checkingDisabled = parseFlag(parameter('cd'))
  if (checkingDisabled === undefined) return { error: 'cd is 1, true, 0 or false' }
  const dnssecOk = parseFlag(parameter('do'))
  if (dnssecOk === undefined) return { error: 'do is 1, true, 0 or false' }

  const subnet = parameter('edns_client_subnet') ?? ''
  if (subnet !== '' && parseAddress(subnet) === undefined && parsePrefix(subnet) === undefined) {
    return { error: `edns_client_subnet=${quoted(subnet)} is neither an address nor a prefix` }
  }
  return encodeQuery({
    id: 0, // RFC 8484 section 4.1: the same for all, for the sake of caches
    qname,
    type,
    flags: FLAG.RD | (checkingDisabled ? FLAG.CD : 0),
    edns: { ...plainEdns(UDP_OCTETS_SAFE), flags: dnssecOk ? EDNS_DO : 0 },
  })
}

function parseName(name: string): Uint8Array | BadParameter {
  try {
    return nameFromText(name)
  } catch (error) {
    return { error: `name=${quoted(name)} is not a domain name: ${error instanceof Error ? error.message : ''}` }
  }
}

/** undefined for OPT, which is no question, and for what is no type. */
function parseType(text: string): number | undefined {
  const type = /^\d{1,5}$/.test(text) ? Number(text) : typeFromText(text)
  return type !== undefined && type > 0 && type <= 0xffff && type !== TYPE.OPT ? type : undefined
}

function parseFlag(text: string | undefined): boolean | undefined {
  if (text === undefined) return false
  if (text === '' || text === '1' || text.toLowerCase() === 'true') return true
  return text === '0' || text.toLowerCase() === 'false' ? false : undefined
}

/** Short enough to be read. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
