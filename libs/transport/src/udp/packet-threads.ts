/**
 * The control thread's side of packet threads. It opens every socket, so that a port that is taken is known before a
 * thread runs, starts the threads, answers what they hand over, and closes the sockets when they have ended.
 */
import { boundAddresses, planBinding } from './bind-plan.ts'
import { counterBlock, counterMemory, readCounters } from './counters.ts'
import { envelopeSender } from './envelope-sender.ts'
import type { Libc } from './libc.ts'
import { openPacketSockets, type PacketSockets } from './packet-socket.ts'
import { type PacketThread, startPacketThread } from './packet-thread.ts'
import { slowPath } from './slow-path.ts'
import { readSocketAddress } from './socket-address.ts'
import { SIGNAL, SIGNAL_OCTETS, type ToThread } from './thread-protocol.ts'
import { SLOW_LIMIT, type Udp, type UdpOptions } from './udp.ts'

/** A thread stops within a receive time-out and its last batches; one that takes longer than this hangs. */
const STOP_MS = 2000

/** @throws TransportError; then nothing is left open or running. */
export async function openPacketThreads(libc: Libc, options: UdpOptions): Promise<Udp> {
  const { threads: size, slowLimit = SLOW_LIMIT, onFailure } = options
  const sockets = openAll(libc, options, size)
  const memory = counterMemory(size + 1)
  const signals = new Int32Array(new SharedArrayBuffer(SIGNAL_OCTETS))
  const slow = slowPath(options.onSlow, signals, counterBlock(memory, size))
  const send = envelopeSender(libc)
  /** Sockets of each thread; those of a thread that has ended are closed and must not be sent through. */
  const descriptors = Array.from({ length: size }, (_, thread) => sockets.map((each) => each.descriptors[thread] ?? -1))
  const threads: PacketThread[] = []
  let isServing = false

  function start(index: number, own: readonly number[]): PacketThread {
    const setup = {
      descriptors: own,
      counters: memory,
      block: index,
      signals: signals.buffer,
      slowLimit,
      data: options.workerData,
    }
    return startPacketThread(options.threadEntry, `packets ${index}`, setup, {
      onSlow({ query, socket, envelope }) {
        const client = { transport: 'udp', ...readSocketAddress(envelope.name) } as const
        slow.answer(query, client, (response) => {
          const descriptor = descriptors[index]?.[socket]
          return descriptor !== undefined && send(descriptor, envelope, response)
        })
      },
      onEnd(error) {
        if (!isServing) return
        closeSockets(index)
        onFailure(error)
      },
    })
  }

  function closeSockets(thread: number): void {
    for (const descriptor of descriptors[thread]?.splice(0) ?? []) libc.close(descriptor)
  }

  async function close(drainMs: number): Promise<void> {
    isServing = false
    post({ kind: 'stop' })
    const hung = setTimeout(() => {
      for (const thread of threads) thread.terminate()
    }, STOP_MS)
    await Promise.all(threads.map((thread) => thread.ended))
    clearTimeout(hung)
    await slow.drained(drainMs)
    for (const thread of threads) thread.closePort()
    for (const index of descriptors.keys()) closeSockets(index)
  }

  function post(message: ToThread): void {
    for (const thread of threads) thread.tell(message)
    Atomics.add(signals, SIGNAL.POSTED, 1)
  }

  try {
    for (const [index, own] of descriptors.entries()) threads.push(start(index, own))
    await Promise.all(threads.map((thread) => thread.ready))
  } catch (cause) {
    await close(0)
    throw cause
  }
  isServing = true
  let closed: Promise<void> | undefined
  return {
    local: boundAddresses(options.addresses, new Map(sockets.map(({ plan, port }) => [plan, port]))),
    description: `UDP: ${size} packet ${size === 1 ? 'thread' : 'threads'}, recvmmsg through ${libc.through}`,
    post: (message) => post({ kind: 'message', message }),
    counters: () => readCounters(memory),
    close: (drainMs) => (closed ??= close(drainMs)),
  }
}

function openAll(libc: Libc, { addresses }: UdpOptions, copies: number): PacketSockets[] {
  const opened: PacketSockets[] = []
  try {
    for (const plan of planBinding(addresses)) opened.push(openPacketSockets(libc, plan, copies))
    return opened
  } catch (cause) {
    for (const { descriptors } of opened) for (const descriptor of descriptors) libc.close(descriptor)
    throw cause
  }
}
