/** What `--help` prints; `check`, `dump`, `query` and `feed` have help of their own. */
import type { Subcommand } from './command-line.ts'

const COREFILE_FLAGS = `  -conf FILE       the Corefile; default: Corefile in the working directory
  -dns.port N, -p N
                   port of server blocks that name none; default 53
  -help            this text`

const SIGNS_IN = `ZONECAST_REDIS_USERNAME, ZONECAST_REDIS_PASSWORD (and each with _FILE, a file that holds it) are how it signs in, where the
feed block does not say. ZONECAST_LOG=json or text says how messages are written; by default text at a terminal, else JSON.
`

export const HELP: Readonly<Record<Exclude<Subcommand, 'check' | 'dump' | 'query' | 'feed'>, string>> = {
  serve: `zonecast [serve] [flags]   answer DNS for a Kubernetes cluster

Reads the objects that the Corefile names, and answers over UDP, TCP, TLS and HTTPS as it says.

${COREFILE_FLAGS}
  -quiet           do not tell the listeners at the start
  -version         print the version and end
  -plugins         print the directives that a server block may have, and end

Other subcommands, each with its own -help:
  zonecast sync    watch, compile and publish to Redis
  zonecast respond answer from Redis
  zonecast check   say what is wrong with a Corefile, or what it will do
  zonecast dump    print zones as zone files
  zonecast feed    say what is published to Redis, what it was and what has changed
  zonecast query   ask a DNS server over UDP, TCP, TLS or HTTPS

ZONECAST_UDP=sockets answers UDP through the runtime's own sockets instead of packet threads.
ZONECAST_LOG=json or text says how messages are written; by default text at a terminal, else JSON.
`,
  sync: `zonecast sync [flags]   watch objects, compile zones and publish them to Redis

For each feed that the Corefile names: what its kubernetes stanzas read is compiled and published. Several workers may have the
same feed; one publishes, the others follow and take over when it is gone.

${COREFILE_FLAGS}
  -quiet           do not tell the version at the start

${SIGNS_IN}`,
  respond: `zonecast respond [flags]   answer DNS from what sync workers publish to Redis

Opens the listeners that the Corefile names and answers from the latest images; never asks an API server. With "cache FILE" in
the feed block it starts without Redis, too.

${COREFILE_FLAGS}
  -quiet           do not tell the listeners at the start

${SIGNS_IN}`,
}
