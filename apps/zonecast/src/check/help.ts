/** What `zonecast check -help` prints. */
export const HELP = `zonecast check [flags]                       read a Corefile, say what is wrong with it or what it will do
zonecast check -explain NAME [TYPE] [flags]  say what a name answers, and why; or why it does not exist

Ends with 0 when the Corefile can be served, 1 when it cannot. Every fault names file, line and column. Where the objects
come from manifests, they are read, and a few lines for each stanza say what it shows and what each option hides.

With -explain it says which server block and zone take the name, how it is read, from which object and by which option each
record comes, or what keeps the name from existing. The objects are those that the Corefile names: manifests, or what the API
server has now. NAME may be an address, which asks for its PTR record; TYPE is A unless it is given.

  -explain NAME    the name to explain
  -conf FILE       the Corefile; default: Corefile in the working directory
  -dns.port N, -p N
                   port of server blocks that name none; default 53
  -help            this text
`
