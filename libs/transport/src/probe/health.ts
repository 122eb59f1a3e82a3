/** `health`: /health says OK as long as the process lives, also while it is a lame duck. */
import type { Listener, ListenOptions } from '../listener.ts'
import { openProbe } from './probe-server.ts'

export function openHealth(options: ListenOptions): Promise<Listener> {
  return openProbe('health', options, '/health', () => ({ status: 200, text: 'OK' }))
}
