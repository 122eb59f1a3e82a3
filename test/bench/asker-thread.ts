/** The thread of an `Asker`. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import koffi from 'koffi'
import type { AskerSetup, Asking } from './asker.ts'

const AF_INET = 2
const SOCK_DGRAM = 2
const SOL_SOCKET = 1
const SO_RCVTIMEO = 20
/** From one question to the next. */
const everyMs = 0.5
const lostSec = 1

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int, int, int)')
const connect = libc.func('int connect(int, const uint8_t *, int)')
const setsockopt = libc.func('int setsockopt(int, int, int, const uint8_t *, int)')
const send = libc.func('int send(int, const uint8_t *, size_t, int)')
const recv = libc.func('int recv(int, _Out_ uint8_t *, size_t, int)')

if (parentPort === null) throw new Error('to be run as a thread')
const { port, state } = workerData as AskerSetup
const posted = new Int32Array(state)
const pause = new Int32Array(new SharedArrayBuffer(4))
const reply = new Uint8Array(512)
const descriptor = open()

for (let taken = 0; ; taken++) {
  Atomics.wait(posted, 0, taken)
  const { message } = receiveMessageOnPort(parentPort) as { message: Asking }
  parentPort.postMessage(askUntilRight(message))
}

function askUntilRight({ query, rdata }: Asking): bigint {
  for (;;) {
    const askedMs = performance.now()
    if (send(descriptor, query, query.length, 0) !== query.length) throw new Error('send fails')
    const size = recv(descriptor, reply, reply.length, 0)
    if (size > rdata.length && rdata.every((octet, at) => octet === reply[size - rdata.length + at]))
      return process.hrtime.bigint()
    Atomics.wait(pause, 0, 0, everyMs - (performance.now() - askedMs))
  }
}

function open(): number {
  const opened = socket(AF_INET, SOCK_DGRAM, 0)
  const address = Uint8Array.from([AF_INET, 0, port >> 8, port & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  const timeout = Uint8Array.from([lostSec, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  const failed = connect(opened, address, address.length) !== 0
  if (failed || setsockopt(opened, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length) !== 0)
    throw new Error('no socket to ask from')
  return opened
}
