/** What `zonecast dump -help` prints. */
export const HELP = `zonecast dump [flags] [ZONE]   print zones as master files, as other name servers load them

Reads the objects that the Corefile names and prints what their names answer, SOA first, in canonical order. Without ZONE
all zones are printed.

  -conf FILE       the Corefile; default: Corefile in the working directory
  -dns.port N, -p N
                   port of server blocks that name none; default 53
  -o DIR           each zone into a file of its own, DIR/ZONE.zone; prints the names of the files
  -help            this text

ns.dns.ZONE gets the addresses of this machine. Names that are read from the question itself, as those of "pods insecure",
are in no file, nor are names without data that nothing lies below. BIND wants "check-names primary ignore;" for the
addresses of _port._proto names.
`
