import { atMostOne, one } from '../arguments/arguments.ts'
import { duration, hostPort } from '../arguments/kinds.ts'
import { option } from '../arguments/option.ts'
import type { HealthDirective } from '../config.ts'
import { directive } from './directive.ts'

export const health = directive({
  arguments: atMostOne(hostPort, { host: '', port: 8080 }),
  options: {
    lameduck: option(one(duration, 0), 'How long to go on answering after SIGTERM, while `/ready` says 503.'),
  },
  doc: `Answers \`GET /health\` over HTTP with 200 while the process lives. It speaks for the whole process: a second one needs
another address.`,
  repeats: false,
  examples: [
    `cluster.local {
    health :8080 {
        lameduck 5s
    }
    whoami
}`,
  ],
  build: ({ position, args: address, options: { lameduck: lameduckMs } }): HealthDirective => ({
    position,
    address,
    lameduckMs,
  }),
})
