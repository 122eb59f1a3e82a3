/** `-version` and `-plugins`. */
import { DIRECTIVES } from '@zonecast/corefile'
import type { Flags } from './command-line.ts'
import { PROGRAM, runtimeText } from './version.ts'

export function about({ version }: Pick<Flags, 'version'>): number {
  if (version) process.stdout.write(`${PROGRAM}\n${runtimeText()}\n`)
  else
    process.stdout.write(`Server types:\n  dns\n\nDirectives:\n${DIRECTIVES.map((name) => `  dns.${name}\n`).join('')}`)
  return 0
}
