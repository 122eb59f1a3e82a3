/** Starts one packet thread and says when it answers and when it has ended. */
import { MessageChannel, Worker } from 'node:worker_threads'
import { TransportError } from '../errors.ts'
import type { FromThread, ThreadSetup, ToThread } from './thread-protocol.ts'

export interface PacketThread {
  /** Resolves when it answers; rejects with a TransportError when it ends before. */
  readonly ready: Promise<void>
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>
  tell(message: ToThread): void
  terminate(): void
  /** What the thread handed over and was not yet taken is lost after this. */
  closePort(): void
}

export interface ThreadEvents {
  onSlow(handedOver: Extract<FromThread, { kind: 'slow' }>): void
  /** It ended, by itself or because it was told to. */
  onEnd(error: TransportError): void
}

export function startPacketThread(
  entry: URL,
  name: string,
  setup: Omit<ThreadSetup, 'port'>,
  { onSlow, onEnd }: ThreadEvents,
): PacketThread {
  const { port1: port, port2: threadPort } = new MessageChannel()
  const worker = new Worker(entry, {
    name,
    workerData: { ...setup, port: threadPort } satisfies ThreadSetup,
    transferList: [threadPort],
  })
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let fault: unknown

  port.on('message', (message: FromThread) => {
    if (message.kind === 'ready') ready.resolve()
    else onSlow(message)
  })
  worker.once('error', (error) => {
    fault = error
  })
  worker.once('exit', (code) => {
    const reason = fault instanceof Error ? fault.message : `exit code ${code}`
    const error = new TransportError('thread-failed', `thread "${name}" ended: ${reason}`, fault)
    onEnd(error)
    ready.reject(error)
    ended.resolve()
  })
  return {
    ready: ready.promise,
    ended: ended.promise,
    tell: (message) => port.postMessage(message),
    terminate: () => void worker.terminate(),
    closePort: () => port.close(),
  }
}
