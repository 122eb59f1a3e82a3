import { atMostOne, one } from '../arguments/arguments.ts'
import { hostPort, oneOf } from '../arguments/kinds.ts'
import { option } from '../arguments/option.ts'
import type { ReadyDirective } from '../config.ts'
import { directive } from './directive.ts'

export const ready = directive({
  arguments: atMostOne(hostPort, { host: '', port: 8181 }),
  options: {
    monitor: option(
      one(oneOf(['until-ready', 'continuously']), 'until-ready'),
      'Whether what was ready once is asked again.',
    ),
  },
  doc: `Answers \`GET /ready\` over HTTP with 200 once everything in the block can answer, until then with 503 and a list of what
cannot. Blocks may share an address: it is ready when all of them are.`,
  repeats: false,
  examples: [
    `cluster.local {
    ready 127.0.0.1:8181 {
        monitor continuously
    }
    whoami
}`,
  ],
  build: ({ position, args: address, options: { monitor } }): ReadyDirective => ({ position, address, monitor }),
})
