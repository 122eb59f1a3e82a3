import { list } from '../arguments/arguments.ts'
import { text } from '../arguments/kinds.ts'
import type { NsidDirective } from '../config.ts'
import { directive } from './directive.ts'

/** Of the data; what zonecast adds has to find room too. */
const CHARACTERS_MAX = 128

export const nsid = directive({
  arguments: list(text, 0),
  options: {},
  doc: `Says which server answered to a client that asks for it (NSID, RFC 5001; \`dig +nsid\`): the words given here, else the
host's name, and after them the position of each feed (\`edge-1; prod-eu 1767225600000-42\`), so that two answers tell whether
they are of one state. CoreDNS gives the words alone.`,
  repeats: false,
  examples: [
    `. {
    nsid edge-1
    whoami
}`,
  ],
  build({ position, args: words }, { faults }): NsidDirective | undefined {
    const data = words.join(' ')
    if (data.length <= CHARACTERS_MAX) return { position, data: data || undefined }
    return faults.add('too-large', position, 'nsid', { expected: `at most ${CHARACTERS_MAX} characters` })
  },
})
