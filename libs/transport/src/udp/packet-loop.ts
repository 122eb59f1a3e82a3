/**
 * The life of a packet thread: receive a batch, answer it in place, send it, until told to stop.
 *
 * A thread with one socket blocks in recvmmsg. One with several blocks in poll first, which costs 3 % more for each answer
 * but no further threads: every thread is a whole engine, some ten times the memory of what it would share.
 *
 * `turn` is called after a batch was received and before it is answered. So a message that was posted before a query came
 * in is always heeded by its answer, also in a thread that slept until then, and no wake-up is needed.
 */
import { ANSWERED, type AnswerPacket, DROP, type PacketOutcome } from '@zonecast/answer'
import { COUNTER, count } from './counters.ts'
import {
  allocate,
  EAGAIN,
  EINTR,
  type Libc,
  MSG_DONTWAIT,
  MSG_WAITFORONE,
  POLLIN,
  SYS_SENDMMSG,
  systemError,
} from './libc.ts'
import { type Envelope, HEADER_SIZE, MessageBatch } from './message-batch.ts'
import { refuseOversized } from './oversized.ts'
import { WAIT_MS } from './packet-socket.ts'

/** A full batch takes about 0.3 ms, far less than a client waits, and spreads two system calls over many answers. */
const BATCH_SIZE = 64
/** What is queued when a thread is told to stop is still answered, up to this many batches: the queue may not end. */
const LAST_BATCHES = 64
/** A socket that fails this often in a row would only burn the processor. */
const FAILURES_MAX = 1000

export interface PacketLoop {
  readonly libc: Libc
  /** Descriptors, at least one. */
  readonly sockets: readonly number[]
  readonly answer: AnswerPacket
  /** Counter block of this thread. */
  readonly counters: Float64Array
  /**
   * Heeds what the control thread has posted.
   * @param isIdle nothing came in for WAIT_MS. @returns false to stop.
   */
  turn(isIdle: boolean): boolean
  /**
   * Takes over a query that is not for the fast path.
   * @param query a copy. @param socket index in `sockets`. @returns false when there is no room for it.
   */
  handOver(query: Uint8Array, socket: number, envelope: Envelope): boolean
}

/** Returns when `turn` said so and what was queued then is answered. Throws when a socket is beyond use. */
export function runPacketLoop(loop: PacketLoop): void {
  const { libc, sockets, counters, turn } = loop
  const batch = new MessageBatch(libc, BATCH_SIZE)
  const poll = sockets.length > 1 ? pollSet(libc, sockets) : undefined
  const flags = poll === undefined ? MSG_WAITFORONE : MSG_DONTWAIT
  let isRunning = true
  let failures = 0

  const serve = (socket: number, receiveFlags: number): number => {
    const descriptor = sockets[socket] ?? -1
    const received = libc.recvmmsg(descriptor, batch.receiveAddress, BATCH_SIZE, receiveFlags, 0)
    const errno = received < 0 ? libc.errno() : 0
    if (!turn(errno === EAGAIN && receiveFlags === MSG_WAITFORONE)) isRunning = false
    if (received < 0) {
      failures = errno === EAGAIN || errno === EINTR ? 0 : failures + 1
      if (failures > FAILURES_MAX) throw systemError('recvmmsg', errno)
      return 0
    }
    failures = 0
    const answers = answerBatch(loop, batch, socket, received)
    const sent = sendBatch(libc, descriptor, batch.sendAddress, answers)
    batch.clear(received)
    count(counters, COUNTER.received, received)
    count(counters, COUNTER.answered, sent)
    if (sent < answers) count(counters, COUNTER.sendErrors, answers - sent)
    return received
  }

  while (isRunning) {
    if (poll === undefined) {
      serve(0, flags)
    } else if (libc.poll(poll.address, sockets.length, WAIT_MS) > 0) {
      for (let i = 0; i < sockets.length; i++) if (poll.isReady(i)) serve(i, flags)
    } else if (!turn(true)) {
      isRunning = false
    }
  }
  for (let i = 0; i < sockets.length; i++) {
    for (let left = LAST_BATCHES; left > 0 && serve(i, MSG_DONTWAIT) > 0; left--);
  }
}

/** @returns how many answers stand ready to be sent. */
function answerBatch(loop: PacketLoop, batch: MessageBatch, socket: number, received: number): number {
  const { counters } = loop
  let answers = 0
  for (let i = 0; i < received; i++) {
    const query = batch.query(i)
    const response = batch.responses[answers] ?? query
    let outcome: PacketOutcome
    if (batch.isFromNowhere(i)) {
      outcome = DROP
    } else if (batch.isCut(i)) {
      count(counters, COUNTER.oversized)
      if (!refuseOversized(query, response)) continue
      outcome = ANSWERED
    } else {
      outcome = loop.answer(query, response, false, batch.source(i))
    }
    if (outcome === ANSWERED) batch.reply(answers++, i)
    else if (outcome === DROP) count(counters, COUNTER.dropped)
    else {
      const isTaken = loop.handOver(query.octets.slice(0, query.end), socket, batch.envelope(i))
      count(counters, isTaken ? COUNTER.slow : COUNTER.overloaded)
    }
  }
  return answers
}

const sendmmsg = SYS_SENDMMSG[process.arch] ?? 0

/**
 * Sends messages from an array of mmsghdr. sendmmsg stops at a message that the system refuses (no route, a firewall's
 * EPERM, too long) and says so at the next call, when that one comes first: it alone is passed over.
 * @returns how many were sent.
 */
export function sendBatch(libc: Libc, descriptor: number, address: number, messages: number, flags = 0): number {
  let sent = 0
  let done = 0
  while (done < messages) {
    const result = libc.syscall(sendmmsg, descriptor, address + done * HEADER_SIZE, messages - done, flags)
    if (result > 0) {
      sent += result
      done += result
    } else if (libc.errno() !== EINTR) {
      done += 1
    }
  }
  return sent
}

/** An array of struct pollfd: descriptor(4), events(2), what happened(2). */
function pollSet(libc: Libc, sockets: readonly number[]): { address: number; isReady(i: number): boolean } {
  const { buffer, address } = allocate(libc, sockets.length * 8)
  const view = new DataView(buffer)
  sockets.forEach((descriptor, i) => {
    view.setInt32(i * 8, descriptor, true)
    view.setInt16(i * 8 + 4, POLLIN, true)
  })
  // Also when it is an error that waits: receiving takes it away.
  return { address, isReady: (i) => view.getInt16(i * 8 + 6, true) !== 0 }
}
