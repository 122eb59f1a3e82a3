import { atMostOne } from '../arguments/arguments.ts'
import { oneOf } from '../arguments/kinds.ts'
import { notYet } from '../arguments/option.ts'
import type { LoadbalanceDirective } from '../config.ts'
import type { Arguments } from '../schema.ts'
import { directive } from './directive.ts'

const policy = atMostOne(oneOf(['round_robin', 'off'], ['weighted']), 'round_robin')

const policyOrWeighted: Arguments<LoadbalanceDirective['policy']> = {
  ...policy,
  // The file that follows `weighted` in CoreDNS is not worth a second fault.
  read: (node, context) =>
    policy.read(node.args[0]?.text === 'weighted' ? { ...node, args: node.args.slice(0, 1) } : node, context),
}

export const loadbalance = directive({
  arguments: policyOrWeighted,
  options: {
    prefer: notYet('CIDR...', 'Puts addresses of these prefixes first.'),
    reload: notYet('DURATION', 'How often the file of `weighted` is read again.'),
  },
  doc: `The order of A and AAAA records in an answer. They rotate without this directive too; \`off\` keeps the order of the
image, for clients that want one.`,
  repeats: false,
  examples: [
    `cluster.local {
    loadbalance off
    whoami
}`,
  ],
  build: ({ position, args }): LoadbalanceDirective => ({ position, policy: args }),
})
