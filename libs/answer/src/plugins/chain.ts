/**
 * The slow path: decodes the query, finds its server block and lets the block's plugins answer in the order that CoreDNS
 * gives them: nsid, errors, log, kubernetes, whoami.
 */
import {
  CLASS,
  DnsError,
  decodeMessage,
  EDNS_DO,
  HEADER_OCTETS,
  MESSAGE_OCTETS_MAX,
  type Message,
  type Packet,
  packetOver,
  RCODE,
} from '@zonecast/dns'
import { QueryName } from '@zonecast/image'
import type { Answerer } from '../answerer.ts'
import { AnswerError } from '../errors.ts'
import { ANSWERED, type Client, DROP, type QueryHandler } from '../handler.ts'
import { writeHeaderOnly } from '../response-writer.ts'
import type { Route } from '../routes.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Tally } from '../tally/tally.ts'
import { PLUGINS, type PluginName } from '../tally/tally-layout.ts'
import { TextClient } from '../text-client.ts'
import { answerChaos } from './chaos.ts'
import { ErrorLog } from './error-log.ts'
import { type Exchange, encodeReply, type Handler, type Next, type Reply, rcodeOf, reply } from './exchange.ts'
import { kubernetes } from './kubernetes.ts'
import { logged } from './log.ts'
import { nsidOption, withOption } from './nsid.ts'
import { whoami } from './whoami.ts'

/**
 * Answers any query: by the fast path where it can, else by the plugins.
 * @param answerer its images may be replaced at any time; its tally counts the slow path too
 */
export function createQueryHandler(answerer: Answerer, surroundings: Surroundings): QueryHandler {
  const response = packetOver(new Uint8Array(MESSAGE_OCTETS_MAX))
  const errorLog = new ErrorLog(surroundings)
  const chains = new Map<Route['block'], Next>()

  const dispatch = async (exchange: Exchange): Promise<Reply> => {
    const { block } = exchange.route
    const chain = chains.get(block) ?? link(handlersOf(block))
    chains.set(block, chain)
    return chain(exchange)
  }

  const handlersOf = (block: Route['block']): Handler[] => [
    ...(block.errors === undefined ? [] : [errorLog.handler(block.errors)]),
    ...(block.log.length === 0 ? [] : [logged(block.log, surroundings)]),
    panicCounter(answerer.tally),
    ...(block.kubernetes === undefined ? [] : [named('kubernetes', kubernetes(answerer, surroundings, ask))]),
    ...(block.whoami ? [named('whoami', whoami)] : []),
  ]

  /** Asks this server itself, all server blocks; for CNAME targets. Undefined: no block serves the name. */
  const ask = async (query: Uint8Array, client: Client): Promise<Reply | undefined> => {
    const exchange = open(answerer, query, client, false)
    return 'route' in exchange ? dispatch(exchange) : undefined
  }

  const handleSlow = async (query: Uint8Array, client: Client): Promise<Reply> => {
    const { tally } = answerer
    const startMs = tally?.now() ?? 0
    const opened = open(answerer, query, client, true)
    const octets = 'route' in opened ? await serve(opened) : refuse(query, opened, client, surroundings)
    if (tally !== undefined) countAnswer(tally, opened, query, client, octets, tally.now() - startMs)
    return octets
  }

  const serve = async (opened: Exchange): Promise<Reply> => {
    const option = nsidOption(opened.message, opened.route.block, surroundings)
    const exchange = { ...opened, reservedOctets: option.length }
    return withOption(await handled(exchange), option)
  }

  const handled = async (exchange: Exchange): Promise<Reply> => {
    try {
      return await dispatch(exchange)
    } catch {
      // The errors plugin, where it is named, has told it.
      exchange.writer.plugin = ''
      return reply(exchange, { rcode: RCODE.SERVFAIL })
    }
  }

  const asking = new TextClient()
  return (query, client) => {
    const packet = packetOver(query)
    asking.address = client.address
    const outcome = answerer.answer(packet, response, client.transport !== 'udp', asking)
    if (outcome === ANSWERED) return response.octets.slice(0, response.end)
    return outcome === DROP ? undefined : handleSlow(query.slice(), client)
  }
}

/** The plugin that was reached last is the one that wrote the response. */
function named(plugin: PluginName, handler: Handler): Handler {
  return (exchange, next) => {
    exchange.writer.plugin = plugin
    return handler(exchange, next)
  }
}

function panicCounter(tally: Tally | undefined): Handler {
  return async (exchange, next) => {
    try {
      return await next(exchange)
    } catch (error) {
      if (!(error instanceof AnswerError)) tally?.panicked()
      throw error
    }
  }
}

function countAnswer(
  tally: Tally,
  opened: Exchange | Refusal,
  query: Uint8Array,
  client: Client,
  octets: Reply,
  durationMs: number,
): void {
  const { message } = opened
  const isRouted = 'route' in opened
  tally.count(
    isRouted ? opened.route.counted : tally.dropped,
    message?.questions[0]?.type ?? 0,
    ((message?.edns?.flags ?? 0) & EDNS_DO) !== 0,
    client.transport !== 'udp',
    new TextClient(client.address).isIPv6,
    PLUGINS.indexOf(isRouted ? opened.writer.plugin : ''),
    // The header alone has no room for BADVERS.
    isRouted || opened.rcode < 16 ? rcodeOf(octets) : opened.rcode,
    query.length,
    octets.length,
    durationMs,
  )
}

/** Why a query does not get as far as a server block: the RCODE, and the query as far as it could be read. */
interface Refusal {
  readonly rcode: number
  readonly message: Message | undefined
}

function open(answerer: Answerer, query: Uint8Array, client: Client, follow: boolean): Exchange | Refusal {
  let message: Message
  try {
    message = decodeMessage(query)
  } catch (error) {
    if (!(error instanceof DnsError)) throw error
    return { rcode: RCODE.FORMERR, message: undefined }
  }
  const [question] = message.questions
  if (question === undefined || message.surplusOctets > 0) return { rcode: RCODE.FORMERR, message }
  if ((message.edns?.version ?? 0) !== 0) return { rcode: RCODE.BADVERS, message }
  if (question.class !== CLASS.IN) return { rcode: RCODE.REFUSED, message }
  const name = new QueryName()
  const packet: Packet = packetOver(query)
  name.read(packet.view, HEADER_OCTETS, packet.end)
  const route = answerer.routes.find(name)
  if (route === undefined) return { rcode: RCODE.REFUSED, message }
  return { query, message, question, client, route, follow, reservedOctets: 0, writer: { plugin: '' } }
}

function refuse(query: Uint8Array, { rcode, message }: Refusal, client: Client, surroundings: Surroundings): Reply {
  if (message === undefined) {
    const response = packetOver(new Uint8Array(HEADER_OCTETS))
    writeHeaderOnly(packetOver(query), response, rcode)
    return response.octets
  }
  const chaos =
    rcode === RCODE.REFUSED ? answerChaos(message, surroundings.identity, surroundings.positions()) : undefined
  return encodeReply(query, message, client.transport !== 'udp', chaos ?? { rcode })
}

function link(handlers: readonly Handler[]): Next {
  return handlers.reduceRight<Next>(
    (next, handler) => (exchange) => handler(exchange, next),
    // No plugin of the block knows the name: it is not ours to answer for.
    async (exchange) => {
      exchange.writer.plugin = ''
      return reply(exchange, { rcode: RCODE.REFUSED })
    },
  )
}
