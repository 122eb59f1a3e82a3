/** The benchmark's command line. */
import { parseArgs } from 'node:util'

export interface Options {
  readonly quick: boolean
  readonly sizes: readonly number[]
  readonly rounds: number
  /** How long a server is loaded each round. */
  readonly seconds: number
  readonly parts: ReadonlySet<Part>
  /** Whether docs/benchmarks.md is written. */
  readonly write: boolean
}

/** propagation, responder, sync and load: the two jobs, with Redis between them. */
export const parts = [
  'udp',
  'doh',
  'start',
  'recompile',
  'compile',
  'wildcards',
  'propagation',
  'responder',
  'sync',
  'load',
] as const
export type Part = (typeof parts)[number]

export const usage = `usage: script/bench [--quick] [--only PART,...] [--services N,...] [--rounds N] [--seconds N] [--no-write]

Compares zonecast on Bun and on Node with NSD, Knot DNS and, where it is, CoreDNS ($COREDNS, PATH or go's bin), prints
the figures and writes them to docs/benchmarks.md. Parts: ${parts.join(', ')}.
  --quick     10,000 services, 1 round of 2 s
  --services  sizes of the cluster (10000,100000)
  --rounds    how often each server is loaded (5)
  --seconds   for how long (5)
  --no-write  leaves docs/benchmarks.md alone, as --quick and --only do`

/** Throws an Error that says what is wrong. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: parts.join(',') },
      services: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'no-write': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { quick, only } = values
  const wanted = only.split(',').map((word) => {
    const part = parts.find((each) => each === word)
    if (part === undefined) throw new Error(`no part is called "${word}"`)
    return part
  })
  return {
    quick,
    sizes: (values.services ?? (quick ? '10000' : '10000,100000')).split(',').map((text) => positive('services', text)),
    rounds: positive('rounds', values.rounds ?? (quick ? '1' : '5')),
    seconds: positive('seconds', values.seconds ?? (quick ? '2' : '5')),
    parts: new Set(wanted),
    write: !quick && !values['no-write'] && wanted.length === parts.length,
  }
}

function positive(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name}: "${text}" is not a whole number above 0`)
  return Number(text)
}
