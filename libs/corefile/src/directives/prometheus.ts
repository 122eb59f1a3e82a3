import { atMostOne } from '../arguments/arguments.ts'
import { hostPort } from '../arguments/kinds.ts'
import { notYet } from '../arguments/option.ts'
import type { PrometheusDirective } from '../config.ts'
import { directive } from './directive.ts'

export const prometheus = directive({
  arguments: atMostOne(hostPort, { host: '', port: 9153 }),
  options: {
    runtime_metrics: notYet('', "Exports all that Go's runtime measures."),
    tls: notYet('FILE', 'Serves the metrics over TLS.'),
  },
  doc: `Answers \`GET /metrics\` over HTTP in the format of Prometheus. Questions are counted for the blocks that have it; all else is
of the whole process. Blocks may share an address. CoreDNS listens at \`localhost:9153\` when no address is named.`,
  repeats: false,
  examples: [
    `cluster.local {
    prometheus 127.0.0.1:9153
    whoami
}`,
  ],
  build: ({ position, args: address }): PrometheusDirective => ({ position, address }),
})
