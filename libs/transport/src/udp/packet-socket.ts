/** Opens the sockets that packet threads own: one per thread for each address, which share the port (SO_REUSEPORT). */
import { listenError } from '../errors.ts'
import type { BindPlan } from './bind-plan.ts'
import { AF_INET, AF_INET6, allocate, type Libc, SOCK_DGRAM_CLOEXEC, systemError } from './libc.ts'
import { SOCKET_ADDRESS_OCTETS, writeSocketAddress } from './socket-address.ts'

const SOL_SOCKET = 1
const SO_SNDBUF = 7
const SO_RCVBUF = 8
const SO_REUSEPORT = 15
const SO_RCVTIMEO = 20
const SO_SNDTIMEO = 21
const IPPROTO_IP = 0
const IP_PKTINFO = 8
const IP_MTU_DISCOVER = 10
const IPPROTO_IPV6 = 41
const IPV6_MTU_DISCOVER = 23
const IPV6_V6ONLY = 26
const IPV6_RECVPKTINFO = 49
/** Do not fragment by what ICMP claims about the path, which anybody can send (RFC 9715 section 3.1). */
const PMTUDISC_OMIT = 5

/** How long an idle thread blocks before it looks for messages; also the longest that a full send buffer holds it. */
export const WAIT_MS = 100
/** Some 15 ms of queries at full load: enough for a burst; what is older, its client asks again. The system may cap it. */
const BUFFER_OCTETS = 1 << 20

export interface PacketSockets {
  readonly plan: BindPlan
  /** As bound. */
  readonly port: number
  /** One descriptor per thread. */
  readonly descriptors: readonly number[]
}

/**
 * Sockets that share a port with each other only. Without SO_REUSEPORT the port is taken first, alone: with it another
 * process of the same user would get a share of the queries and neither would be told. For the same reason
 * SO_REUSEADDR is not set, which for UDP means the same.
 * @throws TransportError; then nothing is left open.
 */
export function openPacketSockets(libc: Libc, plan: BindPlan, copies: number): PacketSockets {
  const name = plan.addresses.at(-1) ?? ''
  const descriptors: number[] = []
  try {
    const probe = socketFor(libc, plan)
    let port: number
    try {
      port = bind(libc, probe, plan, plan.port)
    } finally {
      libc.close(probe)
    }
    for (let i = 0; i < copies; i++) {
      const descriptor = socketFor(libc, plan)
      descriptors.push(descriptor)
      configure(libc, descriptor, plan)
      bind(libc, descriptor, plan, port)
    }
    return { plan, port, descriptors }
  } catch (cause) {
    for (const descriptor of descriptors) libc.close(descriptor)
    throw listenError('udp', name, plan.port, cause)
  }
}

const familyOf = (plan: BindPlan): number => (plan.octets.length === 16 ? AF_INET6 : AF_INET)

function socketFor(libc: Libc, plan: BindPlan): number {
  const descriptor = libc.socket(familyOf(plan), SOCK_DGRAM_CLOEXEC, 0)
  if (descriptor < 0) throw systemError('socket', libc.errno())
  if (familyOf(plan) === AF_INET6) {
    const isDual = plan.addresses.length === 2
    if (!setOption(libc, descriptor, IPPROTO_IPV6, IPV6_V6ONLY, isDual ? 0 : 1)) throw failed(libc, 'IPV6_V6ONLY')
  }
  return descriptor
}

/** @returns the port, which the system chooses for port 0. */
function bind(libc: Libc, descriptor: number, plan: BindPlan, port: number): number {
  const memory = allocate(libc, SOCKET_ADDRESS_OCTETS + 4)
  const view = new DataView(memory.buffer)
  const size = writeSocketAddress(view, plan.octets, port, plan.scope)
  if (libc.bind(descriptor, memory.address, size) < 0) throw systemError('bind', libc.errno())
  view.setUint32(SOCKET_ADDRESS_OCTETS, SOCKET_ADDRESS_OCTETS, true)
  if (libc.getsockname(descriptor, memory.address, memory.address + SOCKET_ADDRESS_OCTETS) < 0) {
    throw systemError('getsockname', libc.errno())
  }
  return view.getUint16(2)
}

function configure(libc: Libc, descriptor: number, plan: BindPlan): void {
  const isIPv6 = familyOf(plan) === AF_INET6
  const required: [name: string, level: number, option: number, ...value: number[]][] = [
    ['SO_REUSEPORT', SOL_SOCKET, SO_REUSEPORT, 1],
    // struct timeval: seconds and microseconds, 64 bits each.
    ['SO_RCVTIMEO', SOL_SOCKET, SO_RCVTIMEO, 0, 0, WAIT_MS * 1000, 0],
    ['SO_SNDTIMEO', SOL_SOCKET, SO_SNDTIMEO, 0, 0, WAIT_MS * 1000, 0],
  ]
  // A socket bound to one address answers from it without being told.
  if (plan.isWildcard && isIPv6) required.push(['IPV6_RECVPKTINFO', IPPROTO_IPV6, IPV6_RECVPKTINFO, 1])
  if (plan.isWildcard && !isIPv6) required.push(['IP_PKTINFO', IPPROTO_IP, IP_PKTINFO, 1])
  for (const [name, level, option, ...value] of required) {
    if (!setOption(libc, descriptor, level, option, ...value)) throw failed(libc, name)
  }
  // Of these the system may give less, or not know them; answering works all the same.
  setOption(libc, descriptor, SOL_SOCKET, SO_RCVBUF, BUFFER_OCTETS)
  setOption(libc, descriptor, SOL_SOCKET, SO_SNDBUF, BUFFER_OCTETS)
  setOption(libc, descriptor, IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_OMIT)
  if (isIPv6) setOption(libc, descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_OMIT)
}

function setOption(libc: Libc, descriptor: number, level: number, option: number, ...value: number[]): boolean {
  const memory = allocate(libc, value.length * 4)
  new Int32Array(memory.buffer).set(value)
  return libc.setsockopt(descriptor, level, option, memory.address, memory.buffer.byteLength) === 0
}

function failed(libc: Libc, option: string): Error {
  return systemError(`setsockopt ${option}`, libc.errno())
}
