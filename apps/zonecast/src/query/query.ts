/** `zonecast query`: asks one question and prints the reply. What is not needed for the transport at hand is not loaded. */
import { readFile } from 'node:fs/promises'
import { DnsError, decodeMessage, encodeQuery, FLAG, type Message } from '@zonecast/dns'
import { parseArguments, type QueryOptions } from './arguments.ts'
import { QueryError } from './errors.ts'
import { type Exchange, resolveTargets, type Target } from './exchange.ts'
import { replyText, type Statistics, shortText } from './print.ts'
import { DEFAULT_PORT, type Server, systemServer, type Transport } from './server.ts'

export interface QueryIo {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

/** @returns the exit code: 0 when there was a reply, whatever it says; else see `QUERY_ERRORS`. */
export async function query(args: readonly string[], io: QueryIo): Promise<number> {
  try {
    if (args.includes('--help') || args.includes('-h')) {
      const { helpText } = await import('./help.ts')
      io.stdout.write(helpText())
    } else {
      await ask(parseArguments(args), args, io)
    }
    return 0
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    const hint = error.code === 'usage' ? '\nzonecast query --help lists what there is' : ''
    io.stderr.write(`zonecast query: ${error.message}${hint}\n`)
    return error.exitCode
  }
}

async function ask(options: QueryOptions, args: readonly string[], io: QueryIo): Promise<void> {
  const { short, shown } = options
  const server = options.server ?? systemServer(await readFile('/etc/resolv.conf', 'utf8').catch(() => ''))
  if (!short && shown.has('cmd')) io.stdout.write(`\n; <<>> zonecast query <<>> ${args.join(' ')}\n`)
  let exchanged = await exchangeInTurn(options, server, options.transport, io)
  const isTruncated = (exchanged.message.flags & FLAG.TC) !== 0
  if (isTruncated && options.transport === 'udp' && !options.ignoreTruncation) {
    if (!short && shown.has('comments')) io.stdout.write(';; Truncated, retrying in TCP mode.\n')
    exchanged = await exchangeInTurn(options, server, 'tcp', io)
  }
  const { message, statistics } = exchanged
  const wantedRecursion = (options.flags & FLAG.RD) !== 0
  io.stdout.write(short ? shortText(message) : replyText(message, statistics, shown, wantedRecursion))
}

interface Exchanged {
  readonly message: Message
  readonly statistics: Statistics
}

/** Asks the server's addresses one after the other, over UDP as often as wished. */
async function exchangeInTurn(
  options: QueryOptions,
  server: Server,
  transport: Transport,
  io: QueryIo,
): Promise<Exchanged> {
  const targets = await resolveTargets(server.host, options.port ?? DEFAULT_PORT[transport])
  const tries = transport === 'udp' ? Math.max(options.tries, targets.length) : targets.length
  const turns = Array.from({ length: tries }, (_, turn) => targets[turn % targets.length]).filter(
    (each) => each !== undefined,
  )
  for (const target of turns) {
    try {
      return await exchangeOnce(options, server, transport, target)
    } catch (error) {
      if (!(error instanceof QueryError) || error.code !== 'no-reply') throw error
      io.stderr.write(`;; communications error to ${target.address}#${target.port}: ${error.message}\n`)
    }
  }
  throw new QueryError('no-reply', 'no servers could be reached')
}

async function exchangeOnce(
  options: QueryOptions,
  server: Server,
  transport: Transport,
  target: Target,
): Promise<Exchanged> {
  const { qname, type, rrclass, flags, edns, http, timeoutMs } = options
  const isHttp = transport === 'https' || transport === 'http'
  const id = isHttp ? 0 : (crypto.getRandomValues(new Uint16Array(1))[0] ?? 0)
  const octets = encodeQuery({ qname, type, class: rrclass, id, flags, edns })
  const exchange = await loadExchange(transport, options)
  const begin = performance.now()
  const reply = await exchange(octets, target, AbortSignal.timeout(timeoutMs))
  const queryTimeMs = performance.now() - begin
  const label = `${transport.toUpperCase()}${isHttp && http.method === 'GET' ? '-GET' : ''}`
  return {
    message: decode(reply.octets),
    statistics: {
      queryTimeMs,
      server: `${target.address}#${target.port}(${server.text}) (${label})`,
      when: new Date(),
      sizeOctets: reply.octets.length,
      notes: reply.notes,
    },
  }
}

/** Apart from the exchange, so that loading does not count as query time. */
async function loadExchange(transport: Transport, { http, tls }: QueryOptions): Promise<Exchange> {
  switch (transport) {
    case 'udp':
      return (await import('./udp.ts')).exchangeUdp
    case 'tcp':
      return (await import('./stream.ts')).exchangeTcp
    case 'tls': {
      const { exchangeTls } = await import('./tls.ts')
      return (octets, target, signal) => exchangeTls(octets, target, tls, signal)
    }
    case 'https':
    case 'http': {
      const { exchangeHttps } = await import('./https.ts')
      const wishes = transport === 'https' ? tls : undefined
      return (octets, target, signal) => exchangeHttps(octets, target, http, wishes, signal)
    }
  }
}

function decode(octets: Uint8Array): Message {
  try {
    return decodeMessage(octets)
  } catch (cause) {
    if (cause instanceof DnsError) throw new QueryError('bad-reply', `got a bad packet: ${cause.message}`, { cause })
    throw cause
  }
}
