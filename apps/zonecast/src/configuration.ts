/** Reads the Corefile that the flags name. */
import { type Configuration, CorefileError } from '@zonecast/corefile'
import { loadCorefile } from '@zonecast/corefile/load'
import { KubernetesError } from '@zonecast/kubernetes/errors'
import { parseSelector } from '@zonecast/kubernetes/selector'
import type { Flags } from './command-line.ts'

/**
 * @throws CorefileError with all faults; Error when the file cannot be read.
 */
export function readConfiguration(flags: Pick<Flags, 'conf' | 'dnsPort'>): Configuration {
  return loadCorefile(flags.conf ?? 'Corefile', {
    selectorProblem,
    ...(flags.dnsPort === undefined ? {} : { dnsPort: flags.dnsPort }),
  })
}

/** One line for each fault, as an editor understands them. */
export function faultLines(error: unknown): string[] {
  if (error instanceof CorefileError) return error.faults.map((fault) => fault.message)
  return [`zonecast: ${error instanceof Error ? error.message : String(error)}`]
}

function selectorProblem(text: string): string | undefined {
  try {
    parseSelector(text)
    return undefined
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    return error.message
  }
}
