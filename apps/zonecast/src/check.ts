/** `zonecast check`: what is wrong with a Corefile, or what it will do. */
import { describe } from '@zonecast/corefile'
import type { Flags } from './command-line.ts'
import { faultLines, readConfiguration } from './configuration.ts'

export async function check(flags: Flags): Promise<number> {
  try {
    const configuration = readConfiguration(flags)
    for (const warning of configuration.warnings) process.stderr.write(`warning: ${warning.message}\n`)
    for (const line of describe(configuration)) process.stdout.write(`${line}\n`)
    return 0
  } catch (error) {
    for (const line of faultLines(error)) process.stderr.write(`${line}\n`)
    return 1
  }
}
