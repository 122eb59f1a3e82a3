/**
 * What becomes of the command when nobody reads what it prints: the one place for all subcommands. Whoever prints and ends,
 * ends then, quietly, as programs in a pipe do; whoever serves goes on without its log.
 */

export interface Outputs {
  readonly stdout: NodeJS.EventEmitter
  readonly stderr: NodeJS.EventEmitter & { write(text: string): unknown }
  exit(code: number): void
}

/** @param serves whether the command does something besides printing by now */
export function heedOutput({ stdout, stderr, exit }: Outputs, serves: () => boolean): void {
  let told = false
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!serves() && error.code === 'EPIPE') return exit(0)
    if (!told) stderr.write(`zonecast: standard output: ${error.message}\n`)
    told = true
    if (!serves()) exit(1)
  })
  // There is nobody left to tell.
  stderr.on('error', () => {})
}
