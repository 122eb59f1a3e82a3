import { none } from '../arguments/arguments.ts'
import type { WhoamiDirective } from '../config.ts'
import { directive } from './directive.ts'

export const whoami = directive({
  arguments: none(),
  options: {},
  doc: `Answers every A and AAAA question with the client's own address, and an SRV record with its port and transport, in the
additional section: a way to try that questions arrive.`,
  repeats: false,
  examples: [
    `. {
    whoami
}`,
  ],
  build: ({ position }): WhoamiDirective => ({ position }),
})
