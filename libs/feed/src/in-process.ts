/**
 * The in-process carrier: a message port between the thread that compiles and the thread that answers. Images in shared
 * memory are not copied.
 */
import type { FollowerEvents, Publisher, Step } from './step.ts'

/** Either end of a MessageChannel, a Worker, or a worker's parentPort. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  off(event: 'message', listener: (message: unknown) => void): unknown
}

interface StepMessage {
  readonly feedStep: Step
}

export function publishInProcess(port: Port): Publisher {
  return {
    async publish(step) {
      port.postMessage({ feedStep: step } satisfies StepMessage)
    },
    async close() {},
  }
}

/** @returns a function that ends following. Other messages on the port are left to others. */
export function followInProcess(port: Port, events: FollowerEvents): () => void {
  const listener = (message: unknown) => {
    if (!isStepMessage(message)) return
    try {
      events.onStep(message.feedStep)
    } catch (error) {
      events.onError(error instanceof Error ? error : new Error(String(error)))
    }
  }
  port.on('message', listener)
  return () => port.off('message', listener)
}

function isStepMessage(message: unknown): message is StepMessage {
  return typeof message === 'object' && message !== null && 'feedStep' in message
}
