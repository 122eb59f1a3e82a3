/** What a responder tells of itself, for metrics. */
import type { Block, TallyReading } from '@zonecast/answer'
import type { ImageStack } from '@zonecast/image'
import type { UdpCounters } from '@zonecast/transport'

export interface ListenerReadings {
  /** `dns://:53`, `tls://127.0.0.1:853` */
  readonly server: string
  readonly blocks: readonly Block[]
  /** Undefined when no server block wants to be counted. */
  readonly tally: TallyReading | undefined
  /** Undefined for listeners without UDP. */
  readonly udp: UdpCounters | undefined
}

export interface ResponderReadings {
  readonly listeners: readonly ListenerReadings[]
  /** By feed, newest first. */
  readonly images: ReadonlyMap<string, ImageStack>
  /** Zones that no image holds yet. */
  readonly pendingZones: readonly string[]
}
