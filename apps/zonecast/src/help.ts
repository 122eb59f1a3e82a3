/** What `--help` prints; `dump` and `query` have help of their own. */
import type { Subcommand } from './command-line.ts'

const COREFILE_FLAGS = `  -conf FILE       the Corefile; default: Corefile in the working directory
  -dns.port N, -p N
                   port of server blocks that name none; default 53
  -help            this text`

export const HELP: Readonly<Record<Exclude<Subcommand, 'dump' | 'query'>, string>> = {
  serve: `zonecast [serve] [flags]   answer DNS for a Kubernetes cluster

Reads the objects that the Corefile names, and answers over UDP, TCP, TLS and HTTPS as it says.

${COREFILE_FLAGS}
  -quiet           do not tell the listeners at the start
  -version         print the version and end
  -plugins         print the directives that a server block may have, and end

Other subcommands, each with its own -help:
  zonecast check   say what is wrong with a Corefile, or what it will do
  zonecast dump    print zones as zone files
  zonecast query   ask a DNS server over UDP, TCP, TLS or HTTPS

ZONECAST_UDP=sockets answers UDP through the runtime's own sockets instead of packet threads.
`,
  check: `zonecast check [flags]   read a Corefile, say what is wrong with it or what it will do

Ends with 0 when the Corefile can be served, 1 when it cannot. Every fault names file, line and column.

${COREFILE_FLAGS}
`,
}
