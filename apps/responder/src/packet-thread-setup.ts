/** What a packet thread is started with. */
import type { Block } from '@zonecast/answer'

export interface PacketThreadSetup {
  readonly blocks: readonly Block[]
  /** Where the threads of the listener count; undefined when nothing is counted. */
  readonly counts: SharedArrayBuffer | undefined
}
