/** `zonecast check`: what is wrong with a Corefile, or what it will do, down to a single name. */
import { type Configuration, describe } from '@zonecast/corefile'
import { DnsError, nameFromText, parseAddress, reverseName, TYPE, typeFromText } from '@zonecast/dns'
import { type Flags, parseFlags, takeOption, UsageError } from '../command-line.ts'
import { faultLines, readConfiguration, warningLine } from '../configuration.ts'
import { HELP } from './help.ts'

export interface CheckIo {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

/**
 * @returns the exit code: 0, or 1 when the Corefile cannot be served, or what it names cannot be read to explain a name
 * @throws UsageError
 */
export async function check(args: readonly string[], io: CheckIo): Promise<number> {
  const { value: explained, rest } = takeOption(args, 'explain')
  const flags = parseFlags(rest)
  if (flags.help) {
    io.stdout.write(HELP)
    return 0
  }
  if (flags.version || flags.plugins) return (await import('../about.ts')).about(flags)
  const question = explained === undefined ? undefined : parseQuestion(explained, flags)
  const extra = flags.operands[question === undefined ? 0 : 1]
  if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`)
  const warn = (text: string) => io.stderr.write(warningLine(text))
  try {
    const configuration = readConfiguration(flags)
    for (const { message } of configuration.warnings) warn(message)
    const lines =
      question === undefined ? await summary(configuration, warn) : await explain(configuration, question, warn)
    for (const line of lines) io.stdout.write(`${line}\n`)
    return 0
  } catch (error) {
    const errors = error instanceof AggregateError ? error.errors : [error]
    for (const line of errors.flatMap(faultLines)) io.stderr.write(`${line}\n`)
    return 1
  }
}

interface Question {
  readonly qname: Uint8Array
  readonly type: number
}

function parseQuestion(name: string, { operands }: Pick<Flags, 'operands'>): Question {
  const [typeText] = operands
  const type = typeText === undefined ? undefined : typeFromText(typeText)
  if (typeText !== undefined && type === undefined) throw new UsageError(`"${typeText}" is no type`)
  const address = parseAddress(name)
  if (address !== undefined) return { qname: reverseName(address), type: type ?? TYPE.PTR }
  try {
    return { qname: nameFromText(name.endsWith('.') ? name : `${name}.`), type: type ?? TYPE.A }
  } catch (error) {
    if (!(error instanceof DnsError)) throw error
    throw new UsageError(`"${name}" is no name: ${error.message}`)
  }
}

async function summary(configuration: Configuration, warn: (text: string) => void): Promise<string[]> {
  const { describeEffects } = await import('./describe-effects.ts')
  const lines = describe(configuration)
  return [...lines, ...(await describeEffects(configuration, warn))]
}

async function explain(
  configuration: Configuration,
  { qname, type }: Question,
  warn: (text: string) => void,
): Promise<string[]> {
  const { Explainer, explanationText } = await import('./explainer.ts')
  const explainer = await Explainer.open(configuration, warn)
  return [explanationText(await explainer.explain(qname, type))]
}
