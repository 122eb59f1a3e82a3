/** Keys of server blocks: `[SCHEME://]ZONE[:PORT]`, where ZONE may be a prefix that stands for several reverse zones. */

import type { Scheme, ServerKey } from './config.ts'
import { type FaultList, quote } from './errors.ts'
import { coreDnsSchemes, defaultPorts, reasons, schemes } from './known-words.ts'
import type { Word } from './text/lexer.ts'
import { readAddress } from './values/address.ts'
import { readPort } from './values/host-port.ts'
import { didYouMean } from './values/nearest.ts'
import { readZones } from './values/zone.ts'
import type { ZoneBudget } from './zone-budget.ts'

/** @param dnsPort port of dns:// keys that name none. */
export function readServerKey(
  word: Word,
  dnsPort: number,
  budget: ZoneBudget,
  faults: FaultList,
): readonly ServerKey[] {
  const { text, position } = word
  const cut = text.indexOf('://')
  const scheme = cut === -1 ? 'dns' : readScheme(text.slice(0, cut), word, faults)
  const [host, portText] = splitPort(cut === -1 ? text : text.slice(cut + 3))
  const defaultPort = scheme === undefined || scheme === 'dns' ? dnsPort : defaultPorts[scheme]
  const port = portText === undefined ? defaultPort : readPort(portText)
  if (port === undefined) {
    faults.add('bad-port', position, portText ?? '', {
      inside: `the key ${quote(text)}`,
      expected: 'a number from 0 to 65535',
    })
  }
  if (budget.spent) return []
  const read = readZones(host)
  if ('problem' in read) {
    faults.add('bad-zone', position, text, { suggestion: hint(text, host) ?? read.problem })
    return []
  }
  const zones = budget.take(read, position)
  if (zones === undefined || scheme === undefined || port === undefined) return []
  return zones.map((zone) => ({ scheme, zone, port, position }))
}

function readScheme(name: string, { text, position }: Word, faults: FaultList): Scheme | undefined {
  const known = schemes.find((scheme) => scheme === name)
  if (known !== undefined) return known
  if (coreDnsSchemes.some((scheme) => scheme === name)) {
    return faults.add('not-yet', position, `${name}://`, {
      inside: `the key ${quote(text)}`,
      suggestion: reasons.coredns,
    })
  }
  const suggestion = didYouMean(name, schemes)
  return faults.add('unknown-scheme', position, `${name}://`, { expected: 'dns://, tls:// or https://', suggestion })
}

/** The port is what follows the last colon, unless that colon belongs to an address. */
function splitPort(text: string): readonly [host: string, port: string | undefined] {
  const colon = text.lastIndexOf(':')
  const after = text.slice(colon + 1)
  if (colon === -1 || after.includes('/') || readAddress(text) !== undefined) return [text, undefined]
  return [text.slice(0, colon), after]
}

/** What else the writer may have meant. */
function hint(text: string, host: string): string | undefined {
  if (host === '') return 'write "." for all names, as in ".:53"'
  if (text.startsWith('(')) return 'a snippet is written "(name) {"'
  if (text.startsWith('[')) return 'the address to listen on goes into a bind directive'
  return text.includes(',') ? 'put a space after the comma' : undefined
}
