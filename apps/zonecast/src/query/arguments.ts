/** The command line, as dig reads it: `@server`, options, switches, and words that are a name, a type or a class. */
import {
  CLASS,
  classFromText,
  DnsError,
  type Edns,
  FLAG,
  nameFromText,
  parseAddress,
  reverseName,
  TYPE,
  typeFromText,
  UDP_OCTETS_SAFE,
} from '@zonecast/dns'
import { type Draft, SECTIONS, type ShownSection } from './draft.ts'
import { QueryError } from './errors.ts'
import { parsePort, parseServer, type Server, type Transport } from './server.ts'
import { readSwitch } from './switches.ts'

export interface QueryOptions {
  /** undefined: the system's. */
  readonly server: Server | undefined
  /** undefined: the transport's own. */
  readonly port: number | undefined
  readonly transport: Transport
  readonly tls: TlsWishes
  readonly http: HttpWishes
  readonly qname: Uint8Array
  readonly type: number
  readonly rrclass: number
  readonly flags: number
  /** null: no OPT record. */
  readonly edns: Edns | null
  readonly ignoreTruncation: boolean
  readonly timeoutMs: number
  readonly tries: number
  readonly short: boolean
  readonly shown: ReadonlySet<ShownSection>
}

export interface TlsWishes {
  /** Whom the certificate must be for, when that is not the server's own name. */
  readonly host: string | undefined
  readonly caFile: string | undefined
  readonly insecure: boolean
}

export interface HttpWishes {
  readonly method: 'GET' | 'POST'
  readonly path: string
}

/** @throws QueryError usage */
export function parseArguments(args: readonly string[]): QueryOptions {
  let draft = EMPTY
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    draft = { ...draft, ...readArgument(arg, args[index + 1], draft) }
    if (OPTIONS.has(arg)) index++
  }
  const transport = draft.transport ?? draft.server?.transport ?? 'udp'
  if (draft.type === TYPE.AXFR || draft.type === TYPE.IXFR) refuse('zone transfers are not asked for here')
  // With nothing asked, dig asks for the root's name servers.
  const isBare = draft.qname === undefined && draft.type === undefined
  const { udpSizeOctets, ednsFlags: flags, ednsOptions: options } = draft
  return {
    server: draft.server,
    port: draft.port ?? draft.server?.port,
    transport: transport === 'https' && draft.server?.transport === 'http' ? 'http' : transport,
    tls: { host: draft.tlsHost, caFile: draft.caFile, insecure: draft.insecure },
    http: { method: draft.method, path: draft.path ?? draft.server?.path ?? '/dns-query' },
    qname: draft.qname ?? nameFromText('.'),
    type: draft.type ?? (isBare ? TYPE.NS : TYPE.A),
    rrclass: draft.rrclass ?? CLASS.IN,
    flags: draft.flags,
    edns: draft.edns ? { udpSizeOctets, extendedRcode: 0, version: 0, flags, options } : null,
    ignoreTruncation: draft.ignoreTruncation,
    timeoutMs: draft.timeoutMs,
    tries: draft.tries,
    short: draft.short,
    shown: draft.shown,
  }
}

/** What one argument changes. @param next the one behind it, which may be its value. */
function readArgument(arg: string, next: string | undefined, draft: Draft): Partial<Draft> {
  if (arg.startsWith('@')) return { server: parseServer(arg.slice(1)) }
  if (arg.startsWith('+')) return readSwitch(arg.slice(1), draft)
  const option = OPTIONS.get(arg)
  if (option === undefined) return arg.startsWith('-') ? refuse(`unknown option "${arg}"`) : readWord(arg, draft)
  return option(next ?? refuse(`${arg} wants a value`), draft)
}

type Option = (value: string, draft: Draft) => Partial<Draft>

const OPTIONS = new Map<string, Option>([
  ['-p', (value) => ({ port: parsePort(value) })],
  ['-t', (value) => ({ type: typeFromText(value) ?? refuse(`"${value}" is no type`) })],
  ['-c', (value) => ({ rrclass: classFromText(value) ?? refuse(`"${value}" is no class`) })],
  ['-q', (value) => ({ qname: readName(value) })],
  ['-x', (value, { type }) => ({ qname: reverseNameOf(value), type: type ?? TYPE.PTR })],
])

function reverseNameOf(text: string): Uint8Array {
  return reverseName(parseAddress(text) ?? refuse(`"${text}" is no address`))
}

/** The first word that can be a type is one, then the first that can be a class; any other is the name. */
function readWord(word: string, draft: Draft): Partial<Draft> {
  const type = typeFromText(word)
  if (type !== undefined && draft.type === undefined) return { type }
  const rrclass = classFromText(word)
  if (rrclass !== undefined && draft.rrclass === undefined) return { rrclass }
  return draft.qname === undefined ? { qname: readName(word) } : refuse(`one name at a time: "${word}" is one too many`)
}

function readName(text: string): Uint8Array {
  try {
    return nameFromText(text)
  } catch (error) {
    return error instanceof DnsError ? refuse(error.message) : refuse(String(error))
  }
}

function refuse(message: string): never {
  throw new QueryError('usage', message)
}

const EMPTY: Draft = {
  server: undefined,
  port: undefined,
  qname: undefined,
  type: undefined,
  rrclass: undefined,
  transport: undefined,
  tlsHost: undefined,
  caFile: undefined,
  insecure: false,
  method: 'POST',
  path: undefined,
  flags: FLAG.RD,
  edns: true,
  udpSizeOctets: UDP_OCTETS_SAFE,
  ednsFlags: 0,
  ednsOptions: [],
  ignoreTruncation: false,
  timeoutMs: 5000,
  tries: 3,
  short: false,
  shown: new Set(SECTIONS),
}
