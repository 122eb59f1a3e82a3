/** `zonecast dump`: compiles what a Corefile names and prints its zones as master files (RFC 1035 section 5). */
import { parseFlags, takeOption, UsageError } from '../command-line.ts'
import { faultLines, readConfiguration, warningLine } from '../configuration.ts'
import { HELP } from './help.ts'
import { loadZones } from './load-zones.ts'
import { writeZone, writeZoneFile } from './write-zone.ts'
import type { ServedZone } from './zones-over.ts'

export interface DumpIo {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: { write(text: string): unknown }
}

/**
 * @returns the exit code: 0, or 1 when Corefile or manifests cannot be used, or files not be written; then the reasons are told.
 * @throws UsageError
 */
export async function dump(args: readonly string[], io: DumpIo): Promise<number> {
  const { value: directory, rest } = takeOption(args, 'o')
  const flags = parseFlags(rest)
  if (flags.help) {
    io.stdout.write(HELP)
    return 0
  }
  if (flags.operands.length > 1) throw new UsageError(`one zone at most, not ${flags.operands.join(' ')}`)
  let zones: readonly ServedZone[]
  try {
    const configuration = readConfiguration(flags)
    for (const { message } of configuration.warnings) io.stderr.write(warningLine(message))
    zones = await loadZones(configuration, (text) => io.stderr.write(warningLine(text)))
  } catch (error) {
    const errors = error instanceof AggregateError ? error.errors : [error]
    for (const line of errors.flatMap(faultLines)) io.stderr.write(`${line}\n`)
    return 1
  }
  const wanted = flags.operands[0] === undefined ? zones : [pick(zones, flags.operands[0])]
  if (directory !== undefined) return await writeFiles(wanted, directory, io)
  for (const [index, zone] of wanted.entries()) await writeZone(zone, index > 0, io.stdout)
  return 0
}

async function writeFiles(zones: readonly ServedZone[], directory: string, io: DumpIo): Promise<number> {
  try {
    for (const zone of zones) io.stdout.write(`${await writeZoneFile(zone, directory)}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    for (const line of faultLines(error)) io.stderr.write(`${line}\n`)
    return 1
  }
}

function pick(zones: readonly ServedZone[], operand: string): ServedZone {
  const name = operand.toLowerCase().replace(/\.$/, '')
  const zone = zones.find((each) => each.name === name)
  if (zone !== undefined) return zone
  throw new UsageError(`no zone "${operand}"; there are ${zones.map((each) => `${each.name}.`).join(' ') || 'none'}`)
}
