/** For tests: the code of the DnsError that a call throws; undefined when it throws nothing. */
import { DnsError } from './errors.ts'

export function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    return error instanceof DnsError ? error.code : String(error)
  }
  return undefined
}
