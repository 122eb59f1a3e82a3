/** Reads the Corefile that the flags name. */
import { type Configuration, CorefileError } from '@zonecast/corefile'
import { loadCorefile } from '@zonecast/corefile/load'
import { KubernetesError } from '@zonecast/kubernetes/errors'
import { parseSelector } from '@zonecast/kubernetes/selector'
import type { Flags } from './command-line.ts'
import { errorText } from './log/log.ts'
import { withoutSecrets } from './log/without-secrets.ts'

/**
 * @throws CorefileError with all faults; Error when the file cannot be read.
 */
export function readConfiguration(flags: Pick<Flags, 'conf' | 'dnsPort'>): Configuration {
  return loadCorefile(flags.conf ?? 'Corefile', {
    selectorProblem,
    ...(flags.dnsPort === undefined ? {} : { dnsPort: flags.dnsPort }),
  })
}

/** One line for each fault, as an editor understands them, without secrets. */
export function faultLines(error: unknown): string[] {
  if (error instanceof CorefileError) return error.faults.map(({ message }) => withoutSecrets(message))
  return [`zonecast: ${withoutSecrets(errorText(error))}`]
}

/** Ends with a line end, as `faultLines` do not. */
export function warningLine(text: string): string {
  return `warning: ${withoutSecrets(text)}\n`
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
