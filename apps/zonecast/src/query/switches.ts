/** The switches that begin with `+`, as dig has them: one table, from which they are read and the help is printed. */
import { EDNS_DO, EDNS_OPTION, FLAG, UDP_OCTETS_SAFE } from '@zonecast/dns'
import { type Draft, SECTIONS } from './draft.ts'
import { QueryError } from './errors.ts'

export interface Switch {
  /** What it may be called; the first is its name. */
  readonly names: readonly [string, ...string[]]
  /** What stands behind `=`; a `?` says that it may be left out. Without this, nothing may. */
  readonly value?: string
  /** Whether `+no…` turns it off. */
  readonly negatable: boolean
  readonly doc: string
  apply(on: boolean, value: string | undefined, draft: Draft): Partial<Draft>
}

export const SWITCHES: readonly Switch[] = [
  { names: ['tcp', 'vc'], negatable: true, doc: 'ask over TCP', apply: (on) => ({ transport: on ? 'tcp' : 'udp' }) },
  {
    names: ['tls'],
    value: 'HOST?',
    negatable: false,
    doc: 'ask over TLS (port 853); the certificate must be for HOST',
    apply: (_on, value, draft) => ({ transport: 'tls', tlsHost: value ?? draft.tlsHost }),
  },
  {
    names: ['tls-ca'],
    value: 'FILE',
    negatable: false,
    doc: 'trust the certificates in FILE (PEM), and no others',
    apply: (_on, value) => ({ caFile: value }),
  },
  {
    names: ['insecure'],
    negatable: false,
    doc: 'accept any certificate of a server that is asked by name',
    apply: () => ({ insecure: true }),
  },
  {
    names: ['https', 'https-post'],
    value: '/PATH?',
    negatable: false,
    doc: 'ask over HTTPS (port 443, /dns-query)',
    apply: (_on, value, draft) => ({ transport: 'https', path: value ?? draft.path }),
  },
  {
    names: ['https-get'],
    value: '/PATH?',
    negatable: false,
    doc: 'the same, with GET instead of POST',
    apply: (_on, value, draft) => ({ transport: 'https', path: value ?? draft.path, method: 'GET' }),
  },
  { names: ['short'], negatable: true, doc: 'print the data of the answers only', apply: (on) => ({ short: on }) },
  {
    names: ['recurse', 'rec', 'rdflag'],
    negatable: true,
    doc: 'set RD (on by default)',
    apply: (on, _value, draft) => withFlag(draft, FLAG.RD, on),
  },
  {
    names: ['adflag', 'ad'],
    negatable: true,
    doc: 'set AD',
    apply: (on, _value, draft) => withFlag(draft, FLAG.AD, on),
  },
  {
    names: ['cdflag', 'cd'],
    negatable: true,
    doc: 'set CD',
    apply: (on, _value, draft) => withFlag(draft, FLAG.CD, on),
  },
  { names: ['edns'], negatable: true, doc: 'send an OPT record (on by default)', apply: (on) => ({ edns: on }) },
  {
    names: ['bufsize'],
    value: 'N',
    negatable: false,
    doc: `take answers of up to N octets over UDP (${UDP_OCTETS_SAFE})`,
    apply: (_on, value) => ({ udpSizeOctets: number('bufsize', value, 0, 65_535) }),
  },
  {
    names: ['dnssec', 'do'],
    negatable: true,
    doc: 'ask for DNSSEC records',
    apply: (on) => ({ ednsFlags: on ? EDNS_DO : 0 }),
  },
  {
    names: ['nsid'],
    negatable: true,
    doc: "ask for the server's identifier",
    apply: (on) => ({ ednsOptions: on ? [{ code: EDNS_OPTION.NSID, octets: new Uint8Array() }] : [] }),
  },
  {
    names: ['ignore'],
    negatable: true,
    doc: 'do not ask again over TCP when the answer is truncated',
    apply: (on) => ({ ignoreTruncation: on }),
  },
  {
    names: ['timeout', 'time'],
    value: 'N',
    negatable: false,
    doc: 'wait N seconds for each try (5)',
    apply: (_on, value) => ({ timeoutMs: 1000 * number('timeout', value, 1, 3600) }),
  },
  {
    names: ['tries'],
    value: 'N',
    negatable: false,
    doc: 'try N times over UDP (3)',
    apply: (_on, value) => ({ tries: number('tries', value, 1, 100) }),
  },
  {
    names: ['all'],
    negatable: true,
    doc: `print everything: ${SECTIONS.join(', ')}, each a switch too`,
    apply: (on) => ({ shown: new Set(on ? SECTIONS : []) }),
  },
]

/**
 * What a switch changes.
 * @param text what stands behind `+`. @throws QueryError usage
 */
export function readSwitch(text: string, draft: Draft): Partial<Draft> {
  const [, word = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? []
  const name = word.toLowerCase()
  const section = SECTIONS.find((each) => name === each || name === `no${each}`)
  if (section !== undefined && value === undefined) {
    const others = SECTIONS.filter((each) => each !== section && draft.shown.has(each))
    return { shown: new Set(name === section ? [...others, section] : others) }
  }
  const found = SWITCHES.find(
    ({ names, negatable }) => names.includes(name) || (negatable && names.some((own) => name === `no${own}`)),
  )
  if (found === undefined) throw new QueryError('usage', `unknown switch "+${text}"`)
  const on = found.names.includes(name)
  if (value !== undefined && (!on || found.value === undefined)) {
    throw new QueryError('usage', `+${name} takes no value`)
  }
  if (value === '' || (value === undefined && on && found.value?.endsWith('?') === false)) {
    throw new QueryError('usage', `+${name} wants a value: +${name}=${found.value?.replace('?', '')}`)
  }
  return found.apply(on, value, draft)
}

function withFlag({ flags }: Draft, flag: number, on: boolean): Partial<Draft> {
  return { flags: on ? flags | flag : flags & ~flag }
}

function number(name: string, text: string | undefined, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text ?? '') ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new QueryError('usage', `+${name}=${text}: a number from ${min} to ${max}`)
}
