/** The command line of script/soak. */
import { parseArgs } from 'node:util'

export interface Options {
  readonly minutes: number
  readonly seed: number
  /** Whether to leave a real API server aside though its binaries are there. */
  readonly standIn: boolean
}

export const usage = `usage: script/soak [--minutes N] [--seed S] [--stand-in]

Runs redis-server, two sync workers and three responders, and lets objects change and things fail at random, while every
responder is asked all the time. The API server is a real one when test/cluster/build.sh has built it, else a stand-in.
  --minutes   for how long (3)
  --seed      what happens follows from it, though not when exactly (a new one each time, printed)
  --stand-in  takes the stand-in in any case`

/** Throws an Error that says what is wrong. */
export function readOptions(args: readonly string[], newSeed: number): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(newSeed) },
      'stand-in': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes <= 10_000)) throw new Error(`--minutes: "${values.minutes}" is not a number of minutes`)
  if (!/^\d{1,10}$/.test(values.seed)) throw new Error(`--seed: "${values.seed}" is not a whole number`)
  return { minutes, seed: Number(values.seed), standIn: values['stand-in'] }
}
