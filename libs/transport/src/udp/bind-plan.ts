/**
 * Which sockets a list of addresses needs. `0.0.0.0` and `::` at one port become one dual-stack socket, so that a packet
 * thread bound to all addresses waits on one socket and needs no poll.
 */
import { networkInterfaces } from 'node:os'
import { parseAddress } from '@zonecast/dns'
import { listenError } from '../errors.ts'

export interface ListenAddress {
  /** The text of an IPv4 or IPv6 address; `::` is IPv6 alone; a link-local one names its interface: `fe80::1%eth0`. */
  readonly address: string
  /** 0 takes a free port. */
  readonly port: number
}

export interface BindPlan {
  /** The addresses that the socket serves: one, or both wildcards. */
  readonly addresses: readonly string[]
  readonly port: number
  /** What it is bound to, 4 or 16 octets. */
  readonly octets: Uint8Array
  /** Interface index of a link-local address, else 0. */
  readonly scope: number
  /** Bound to every address, so each message tells which one it was sent to. */
  readonly isWildcard: boolean
}

const WILDCARDS: readonly string[] = ['0.0.0.0', '::']

/** @throws TransportError for what is no address. */
export function planBinding(addresses: readonly ListenAddress[]): BindPlan[] {
  const plans: BindPlan[] = []
  const isListed = (address: string, port: number) => addresses.some((a) => a.address === address && a.port === port)
  for (const { address, port } of addresses) {
    const isDual = WILDCARDS.every((wildcard) => isListed(wildcard, port))
    if (address === '0.0.0.0' && isDual) continue
    const [text = '', zone] = address.split('%')
    const octets = parseAddress(text)
    if (octets === undefined) throw listenError('udp', address, port, new Error('that is no IPv4 or IPv6 address'))
    plans.push({
      addresses: address === '::' && isDual ? WILDCARDS : [address],
      port,
      octets,
      scope: zone === undefined ? 0 : scopeOf(zone),
      isWildcard: octets.every((octet) => octet === 0),
    })
  }
  return plans
}

/** The addresses as asked for, with the ports that they were bound to. */
export function boundAddresses(asked: readonly ListenAddress[], ports: ReadonlyMap<BindPlan, number>): ListenAddress[] {
  return asked.map(({ address, port }) => {
    const [, bound = port] = [...ports].find(([plan]) => plan.port === port && plan.addresses.includes(address)) ?? []
    return { address, port: bound }
  })
}

/** An interface that is unknown gives 0, which bind() refuses. @param zone what stands behind `%`. */
function scopeOf(zone: string): number {
  if (/^\d{1,9}$/.test(zone)) return Number(zone)
  return networkInterfaces()[zone]?.find((each) => each.family === 'IPv6' && each.scopeid > 0)?.scopeid ?? 0
}
