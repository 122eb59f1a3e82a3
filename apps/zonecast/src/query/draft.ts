/** What options and switches fill in. */
import type { EdnsOption } from '@zonecast/dns'
import type { Server, Transport } from './server.ts'

export const SECTIONS = ['cmd', 'comments', 'question', 'answer', 'authority', 'additional', 'stats'] as const
export type ShownSection = (typeof SECTIONS)[number]

/** What the command line says so far. */
export interface Draft {
  readonly server: Server | undefined
  readonly port: number | undefined
  readonly qname: Uint8Array | undefined
  readonly type: number | undefined
  readonly rrclass: number | undefined
  readonly transport: Transport | undefined
  readonly tlsHost: string | undefined
  readonly caFile: string | undefined
  readonly insecure: boolean
  readonly method: 'GET' | 'POST'
  readonly path: string | undefined
  readonly flags: number
  readonly edns: boolean
  readonly udpSizeOctets: number
  readonly ednsFlags: number
  readonly ednsOptions: readonly EdnsOption[]
  readonly ignoreTruncation: boolean
  readonly timeoutMs: number
  readonly tries: number
  readonly short: boolean
  readonly shown: ReadonlySet<ShownSection>
}
