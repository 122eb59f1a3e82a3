/**
 * UDP through the runtime's own sockets, on the control thread, for where there are no packet threads. These sockets do
 * not say which address a datagram was sent to, so a wildcard becomes one socket for each address that the machine has at
 * start, and each answer leaves from the socket that was asked.
 */
import { setImmediate } from 'node:timers/promises'
import { ANSWERED, DROP, type PacketOutcome, TextClient } from '@zonecast/answer'
import { HEADER_OCTETS, packetOver } from '@zonecast/dns'
import { listenError } from '../errors.ts'
import { type BindPlan, boundAddresses, planBinding } from './bind-plan.ts'
import { COUNTER, count, counterBlock, counterMemory, readCounters } from './counters.ts'
import type { DatagramSocket, OpenDatagramSocket } from './datagram-socket.ts'
import { localAddresses } from './local-addresses.ts'
import { QUERY_OCTETS, RESPONSE_OCTETS } from './message-batch.ts'
import { refuseOversized } from './oversized.ts'
import { slowPath } from './slow-path.ts'
import { SIGNAL, SIGNAL_OCTETS } from './thread-protocol.ts'
import { SLOW_LIMIT, type Udp, type UdpOptions } from './udp.ts'

/** A free port must be free on every address; tries until that is so. */
const PORT_TRIES = 8

/** What is queued at the end is still answered, until nothing more comes in or this often: the queue may not end. */
const LAST_TURNS = 64

/**
 * @param through how the sockets are called in the line for the log. @param reason why not packet threads.
 * @throws TransportError; then nothing is left open.
 */
export async function openRuntimeSockets(
  open: OpenDatagramSocket,
  through: string,
  reason: string,
  options: UdpOptions,
): Promise<Udp> {
  const { slowLimit = SLOW_LIMIT } = options
  const memory = counterMemory(1)
  const counters = counterBlock(memory, 0)
  const signals = new Int32Array(SIGNAL_OCTETS / Int32Array.BYTES_PER_ELEMENT)
  const slow = slowPath(options.onSlow, signals, counters)
  const query = packetOver(new Uint8Array(QUERY_OCTETS))
  const response = packetOver(new Uint8Array(RESPONSE_OCTETS))
  const client = new TextClient()
  const sockets: DatagramSocket[] = []
  let isTaking = true

  function decide(octets: Uint8Array, address: string, port: number): PacketOutcome {
    if (port === 0) return DROP
    if (octets.length > QUERY_OCTETS) {
      count(counters, COUNTER.oversized)
      query.octets.set(octets.subarray(0, HEADER_OCTETS))
      return refuseOversized(query, response) ? ANSWERED : DROP
    }
    query.octets.set(octets)
    query.end = octets.length
    client.address = address
    return options.answer(query, response, false, client)
  }

  function answer(socket: DatagramSocket, octets: Uint8Array, address: string, port: number): void {
    count(counters, COUNTER.received)
    const outcome = decide(octets, address, port)
    if (outcome === ANSWERED) {
      count(counters, COUNTER.answered)
      socket.send(response.octets.subarray(0, response.end), address, port)
    } else if (outcome === DROP) {
      count(counters, COUNTER.dropped)
    } else if ((signals[SIGNAL.SLOW_WAITING] ?? 0) >= slowLimit) {
      count(counters, COUNTER.overloaded)
    } else {
      count(counters, COUNTER.slow)
      Atomics.add(signals, SIGNAL.SLOW_WAITING, 1)
      slow.answer(octets.slice(), { transport: 'udp', address, port }, (answered) => {
        socket.send(answered, address, port)
        return true
      })
    }
  }

  async function listen(address: string, port: number): Promise<DatagramSocket> {
    let socket: DatagramSocket | undefined
    socket = await open(address, port, {
      onDatagram(octets, clientAddress, clientPort) {
        if (isTaking && socket !== undefined) answer(socket, octets, clientAddress, clientPort)
      },
      onUnsent() {
        count(counters, COUNTER.answered, -1)
        count(counters, COUNTER.sendErrors)
      },
    })
    return socket
  }

  async function close(drainMs: number): Promise<void> {
    for (let turns = 0, seen = -1; turns < LAST_TURNS && seen !== counters[COUNTER.received]; turns++) {
      seen = counters[COUNTER.received] ?? 0
      // Two, as the first may be what is left of the present turn.
      await setImmediate()
      await setImmediate()
    }
    isTaking = false
    await slow.drained(drainMs)
    await Promise.all(sockets.map((socket) => socket.close()))
  }

  const ports = new Map<BindPlan, number>()
  const plans = planBinding(options.addresses)
  try {
    for (const plan of plans) {
      const opened = await openAtOnePort(plan, listen)
      sockets.push(...opened)
      ports.set(plan, opened[0]?.port ?? plan.port)
    }
  } catch (cause) {
    await Promise.all(sockets.map((socket) => socket.close()))
    throw cause
  }
  let closed: Promise<void> | undefined
  return {
    local: boundAddresses(options.addresses, ports),
    description: `UDP: ${sockets.length} ${sockets.length === 1 ? 'socket' : 'sockets'} of ${through} (${reason})`,
    post() {},
    counters: () => readCounters(memory),
    close: (drainMs) => (closed ??= close(drainMs)),
  }
}

/** A port that is free at one address may be taken at another; where any port will do, tries others. */
async function openAtOnePort(
  plan: BindPlan,
  listen: (address: string, port: number) => Promise<DatagramSocket>,
): Promise<DatagramSocket[]> {
  const addresses = plan.isWildcard ? plan.addresses.flatMap(localAddresses) : plan.addresses
  for (let tries = 1; ; tries++) {
    const opened: DatagramSocket[] = []
    let at = ''
    try {
      for (at of addresses) opened.push(await listen(at, opened[0]?.port ?? plan.port))
      return opened
    } catch (cause) {
      await Promise.all(opened.map((socket) => socket.close()))
      if (plan.port !== 0 || opened.length === 0 || tries === PORT_TRIES) throw listenError('udp', at, plan.port, cause)
    }
  }
}
