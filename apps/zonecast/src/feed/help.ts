/** What `zonecast feed -help` prints. */
export const HELP = `zonecast feed status                          what is published, by whom, how old it is
zonecast feed history                         what was published, an entry of the log a line
zonecast feed diff A B                        the records that A has and B has not, and the other way round
zonecast feed show NAME [TYPE] [+short] [at A]
                                              what a name answers, or answered then

Reads the feeds that the Corefile names from Redis, and writes nothing there. A and B are positions (EPOCH-N, as status and
history print them) or the serial of a zone (ZONE:SERIAL). There are those since the oldest base that is kept: "history N" in the
feed block.

  -conf FILE       the Corefile; default: Corefile in the working directory
  -feed NAME       which feed, where the Corefile names several; status shows all without it
  -dns.port N, -p N
                   port of server blocks that name none; default 53
  -help            this text

ZONECAST_REDIS_USERNAME, ZONECAST_REDIS_PASSWORD (and each with _FILE, a file that holds it) are how it signs in; the rights of
a responder are enough.
`
