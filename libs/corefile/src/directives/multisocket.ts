import { atMostOne } from '../arguments/arguments.ts'
import { integer } from '../arguments/kinds.ts'
import type { MultisocketDirective } from '../config.ts'
import type { Arguments, Kind } from '../schema.ts'
import { directive } from './directive.ts'

const count: Kind<number | undefined> = { ...integer('NUM_SOCKETS', 1, 1024), show: () => 'one for each core' }
const sockets: Arguments<number | undefined> = atMostOne(count, undefined)

export const multisocket = directive({
  arguments: sockets,
  options: {},
  doc: `How many sockets, each with a packet thread of its own, share one address and port for UDP. Where several blocks share
them, the first one that says so decides.`,
  repeats: false,
  examples: [
    `cluster.local {
    multisocket 2
    whoami
}`,
  ],
  build: ({ position, args }): MultisocketDirective => ({ position, sockets: args }),
})
