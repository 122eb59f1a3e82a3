import { SWITCHES } from './switches.ts'

const HEAD = `Asks a DNS server and prints the answer as dig does.

  zonecast query [@SERVER] [-p PORT] NAME [TYPE] [CLASS] [+SWITCH...]
  zonecast query [@SERVER] -x ADDRESS

  @SERVER      host or address; with a port: host:port, [::1]:port; with a scheme: tls://host,
               https://host:8443/dns-query, http://host/dns-query (DoH behind a proxy).
               Without it, the first name server of /etc/resolv.conf
  -p PORT      instead of 53, 853 (TLS) or 443 (HTTPS)
  -x ADDRESS   the name of an address: PTR
  -q NAME, -t TYPE, -c CLASS
               for a name that looks like a type, and the like
  --help       this page

Switches (those with [no] can be turned off, +norecurse):
`

const TAIL = `
A server that is asked by host name, or with +tls=HOST or +tls-ca=FILE, must have a certificate that is valid for it.
An address has no name to check: any certificate is accepted and what it is worth is printed.

Exit codes: 0 there was a reply, whatever it says; 1 the command line is wrong; 9 no server gave a reply that can be used.
`

export function helpText(): string {
  const lines = SWITCHES.map(({ names, value, negatable, doc }) => {
    const suffix = value === undefined ? '' : value.endsWith('?') ? `[=${value.slice(0, -1)}]` : `=${value}`
    return `  ${`+${negatable ? '[no]' : ''}${names[0]}${suffix}`.padEnd(20)} ${doc}\n`
  })
  return HEAD + lines.join('') + TAIL
}
