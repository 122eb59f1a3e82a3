/** The command line: subcommands, and the flags that CoreDNS has too. Flags take one dash or two, and `=` or a space. */

export const SUBCOMMANDS = ['serve', 'sync', 'respond', 'check', 'dump', 'query', 'feed'] as const
export type Subcommand = (typeof SUBCOMMANDS)[number]

/** Flags of the subcommands that read a Corefile. */
export interface Flags {
  /** `-conf`; undefined: a `Corefile` in the working directory. */
  readonly conf: string | undefined
  /** `-dns.port`, `-p`: port of server blocks that name none. */
  readonly dnsPort: number | undefined
  readonly quiet: boolean
  readonly version: boolean
  readonly plugins: boolean
  readonly help: boolean
  /** What is neither a flag nor a flag's value. */
  readonly operands: readonly string[]
}

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Without a subcommand it is `serve`, so the arguments of a CoreDNS container do. */
export function splitSubcommand(args: readonly string[]): { subcommand: Subcommand; rest: readonly string[] } {
  const [first, ...rest] = args
  const subcommand = SUBCOMMANDS.find((name) => name === first)
  if (subcommand !== undefined) return { subcommand, rest }
  if (first === 'help') return { subcommand: 'serve', rest: ['-help'] }
  if (first !== undefined && !first.startsWith('-')) {
    throw new UsageError(`unknown subcommand "${first}"; there are ${SUBCOMMANDS.join(', ')}`)
  }
  return { subcommand: 'serve', rest: args }
}

/** @throws UsageError */
export function parseFlags(args: readonly string[]): Flags {
  let conf: string | undefined
  let dnsPort: number | undefined
  const switches = { quiet: false, version: false, plugins: false, help: false }
  const operands: string[] = []
  const left = [...args]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name, inline] = /^--?([a-z][a-z.]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) {
      if (word.startsWith('-')) throw new UsageError(`unknown flag "${word}"`)
      operands.push(word)
      continue
    }
    const value = () => {
      const given = inline ?? left.shift()
      if (given === undefined) throw new UsageError(`-${name} wants a value`)
      return given
    }
    if (name === 'conf') conf = value()
    else if (name === 'dns.port' || name === 'p') dnsPort = parsePort(name, value())
    else if (name === 'quiet' || name === 'version' || name === 'plugins') switches[name] = isTrue(name, inline)
    else if (name === 'help' || name === 'h') switches.help = true
    else throw new UsageError(`unknown flag "-${name}"`)
  }
  return { conf, dnsPort, ...switches, operands }
}

/** Takes `-NAME VALUE` or `-NAME=VALUE` out, for an option that one subcommand has alone. */
export function takeOption(
  args: readonly string[],
  name: string,
): { readonly value: string | undefined; readonly rest: readonly string[] } {
  const at = args.findIndex((arg) => arg.replace(/^--?/, '-').split('=', 1)[0] === `-${name}`)
  const arg = args[at]
  if (arg === undefined) return { value: undefined, rest: args }
  const inline = arg.includes('=')
  const value = inline ? arg.slice(arg.indexOf('=') + 1) : args[at + 1]
  if (value === undefined || value === '') throw new UsageError(`-${name} wants a value`)
  return { value, rest: args.toSpliced(at, inline ? 1 : 2) }
}

function parsePort(name: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) throw new UsageError(`-${name} wants a port of 0 to 65535, not "${text}"`)
  return port
}

function isTrue(name: string, inline: string | undefined): boolean {
  if (inline === undefined || inline === 'true') return true
  if (inline === 'false') return false
  throw new UsageError(`-${name} wants true or false, not "${inline}"`)
}
