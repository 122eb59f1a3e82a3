/** Asks a server over UDP until it answers rightly, or over a stretch of time for how long its answers take. */
import { createSocket, type Socket } from 'node:dgram'
import { decode, encode } from 'dns-packet'

const NXDOMAIN = 3

export interface Wanted {
  readonly name: string
  /** The address of an A answer; undefined: NXDOMAIN. */
  readonly address: string | undefined
}

/** Milliseconds until the server at 127.0.0.1:`port` answers an A question as wanted, asked every `everyMs`. */
export async function firstRightAnswer(port: number, wanted: Wanted, timeoutMs: number, everyMs = 2): Promise<number> {
  const started = performance.now()
  const socket = createSocket('udp4')
  let timer: NodeJS.Timeout | undefined
  let deadline: NodeJS.Timeout | undefined
  try {
    return await new Promise<number>((resolve, reject) => {
      deadline = setTimeout(() => reject(new Error(`no answer for ${wanted.name} within ${timeoutMs} ms`)), timeoutMs)
      socket.on('message', (message) => {
        if (isRight(message, wanted)) resolve(performance.now() - started)
      })
      socket.on('error', () => {}) // ECONNREFUSED until it listens
      socket.connect(port, '127.0.0.1', () => {
        timer = setInterval(() => ask(socket, wanted.name), everyMs)
        ask(socket, wanted.name)
      })
    })
  } finally {
    clearInterval(timer)
    clearTimeout(deadline)
    socket.close()
  }
}

/**
 * Asks one question after the other until `until` resolves. Returns how long each answer took, in milliseconds, in the
 * order they were asked; one that is lost counts with `lostMs`.
 */
export async function answerTimes(
  port: number,
  name: string,
  until: Promise<unknown>,
  lostMs = 1000,
): Promise<number[]> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve))
  let running = true
  const stop = (): void => {
    running = false
  }
  until.then(stop, stop)
  const times: number[] = []
  while (running) {
    const started = performance.now()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lostMs)
      socket.once('message', () => {
        clearTimeout(timer)
        resolve()
      })
      ask(socket, name)
    })
    socket.removeAllListeners('message')
    times.push(performance.now() - started)
  }
  socket.close()
  await until
  return times
}

/** A question as it goes over the wire. */
export function queryOctets(name: string): Uint8Array {
  return encode({ id: 1, flags: 0x100, type: 'query', questions: [{ type: 'A', name }] })
}

function ask(socket: Socket, name: string): void {
  socket.send(queryOctets(name), () => {})
}

export function isRight(message: Buffer, { address }: Wanted): boolean {
  if (address === undefined) return (message.readUInt16BE(2) & 0xf) === NXDOMAIN
  const { answers } = decode(message)
  return answers?.some((answer) => answer.type === 'A' && answer.data === address) ?? false
}
