/** The command `zonecast`: finds the subcommand and loads what it needs, no more. */
import { parseFlags, splitSubcommand, UsageError } from './command-line.ts'
import { heedOutput } from './heed-output.ts'

let serves = false
/** The subcommand whose help has more to say than that of all. */
let helped = ''

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const { subcommand, rest } = splitSubcommand(args)
  if (subcommand !== 'serve') helped = ` ${subcommand}`
  const io = { stdout: process.stdout, stderr: process.stderr }
  heedOutput(process, () => serves)
  if (subcommand === 'query') return (await import('./query/query.ts')).query(rest, io)
  if (subcommand === 'dump') return (await import('./dump/dump.ts')).dump(rest, io)
  if (subcommand === 'feed') return (await import('./feed/feed.ts')).feed(rest, io)
  if (subcommand === 'check') return (await import('./check/check.ts')).check(rest, io)
  const flags = parseFlags(rest)
  if (flags.help) {
    process.stdout.write((await import('./help.ts')).HELP[subcommand])
    return 0
  }
  if (flags.version || flags.plugins) return (await import('./about.ts')).about(flags)
  if (flags.operands.length > 0) throw new UsageError(`unexpected argument "${flags.operands[0]}"`)
  serves = true
  if (subcommand === 'sync') {
    const { keepHeapSmall } = await import('./small-heap.ts')
    keepHeapSmall()
    return (await import('./sync.ts')).sync(flags)
  }
  if (subcommand === 'respond') return (await import('./respond.ts')).respond(flags)
  return (await import('./serve/serve.ts')).serve(flags)
}

try {
  const code = await main(process.argv.slice(2))
  if (serves) (await import('./end-process.ts')).endProcess(code)
  else process.exitCode = code
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`zonecast: ${error.message}\nTry "zonecast${helped} --help".\n`)
  process.exitCode = 2
}
