/** The packet thread's side: what the application's thread module calls, and the only call that it makes. */
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { AnswerPacket } from '@zonecast/answer'
import { collectionTurn, garbageCollector } from './collect-garbage.ts'
import { counterBlock } from './counters.ts'
import { loadLibc } from './load-libc.ts'
import { runPacketLoop } from './packet-loop.ts'
import { type FromThread, SIGNAL, type ThreadSetup, type ToThread } from './thread-protocol.ts'

export interface PacketServer {
  readonly answer: AnswerPacket
  /** Takes what was given to `Udp.post`, in order, between two queries. What it throws ends the thread. */
  onMessage(message: unknown): void
}

/**
 * Answers packets until the control thread closes the listener. The thread does nothing else meanwhile: timers, promises
 * and events stand still.
 * @param start is given the `workerData` of `openUdp`, and which of the `threads` it is, from 0.
 */
export async function servePackets(
  start: (data: unknown, thread: number) => PacketServer | Promise<PacketServer>,
): Promise<void> {
  const setup: ThreadSetup = workerData
  const { port, slowLimit } = setup
  const signals = new Int32Array(setup.signals)
  const libc = await loadLibc()
  const { answer, onMessage } = await start(setup.data, setup.block)
  const collect = collectionTurn(garbageCollector(), () => performance.now())
  let seen = 0

  const turn = (isIdle: boolean): boolean => {
    const posted = Atomics.load(signals, SIGNAL.POSTED)
    if (posted === seen) {
      collect.turn(isIdle)
      return true
    }
    seen = posted
    for (let each = receive(port); each !== undefined; each = receive(port)) {
      if (each.kind === 'stop') return false
      onMessage(each.message)
      collect.replaced()
    }
    return true
  }

  tell(port, { kind: 'ready' })
  runPacketLoop({
    libc,
    sockets: setup.descriptors,
    answer,
    counters: counterBlock(setup.counters, setup.block),
    turn,
    handOver(query, socket, envelope) {
      if (Atomics.add(signals, SIGNAL.SLOW_WAITING, 1) >= slowLimit) {
        Atomics.sub(signals, SIGNAL.SLOW_WAITING, 1)
        return false
      }
      tell(port, { kind: 'slow', query, socket, envelope })
      return true
    },
  })
  port.close()
}

function receive(port: MessagePort): ToThread | undefined {
  return receiveMessageOnPort(port)?.message
}

function tell(port: MessagePort, message: FromThread): void {
  port.postMessage(message)
}
