import { list } from '../arguments/arguments.ts'
import { bindTarget } from '../arguments/kinds.ts'
import { repeatable } from '../arguments/option.ts'
import type { BindDirective } from '../config.ts'
import { directive } from './directive.ts'

export const bind = directive({
  arguments: list(bindTarget, 1),
  options: {
    except: repeatable(list(bindTarget, 1), 'Addresses and interfaces to leave out of this directive.'),
  },
  doc: `Listens on these addresses only; without it on all. An interface stands for all addresses that it has when zonecast
starts. Several directives add up. Server blocks of one port should either all have it or none: a block that binds an
address takes the questions to it from a block that listens on all.`,
  repeats: true,
  examples: [
    `cluster.local {
    bind 127.0.0.1 ::1
    bind eth0 {
        except fe80::1
    }
    whoami
}`,
  ],
  build: ({ position, args: targets, options: { except } }): BindDirective => ({ position, targets, except }),
})
