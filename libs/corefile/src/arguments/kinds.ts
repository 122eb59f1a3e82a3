/** What single arguments may be. */

import type { BindTarget, HostPort } from '../config.ts'
import { reasons } from '../known-words.ts'
import type { Kind } from '../schema.ts'
import { readAddress } from '../values/address.ts'
import { readDurationMs, showDurationMs } from '../values/duration.ts'
import { readHostPort, showHostPort } from '../values/host-port.ts'
import { didYouMean } from '../values/nearest.ts'
import { resolveBeside } from '../values/path.ts'
import { readZones } from '../values/zone.ts'

/** A kind from a function that gives undefined for what it does not take. */
function kind<T>(
  name: string,
  expected: string,
  show: (value: T) => string,
  read: (text: string) => T | undefined,
): Kind<T> {
  return {
    name,
    expected,
    show,
    read(word, { faults, inside }) {
      const value = read(word.text)
      return value === undefined ? faults.add('bad-value', word.position, word.text, { inside, expected }) : value
    },
  }
}

/** Whole number from `least` to `most`. */
export function integer(name: string, least: number, most: number): Kind<number> {
  return kind(name, `a whole number from ${least} to ${most}`, String, (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    return value >= least && value <= most ? value : undefined
  })
}

export const positiveNumber: Kind<number> = kind('NUMBER', 'a number, 0 or more', String, (text) =>
  /^\d{1,10}(\.\d{1,10})?$/.test(text) ? Number(text) : undefined,
)

/** From `leastMs` to `mostMs`. */
export function durationWithin(leastMs: number, mostMs: number): Kind<number> {
  const range =
    leastMs === 0 ? `at most ${showDurationMs(mostMs)}` : `from ${showDurationMs(leastMs)} to ${showDurationMs(mostMs)}`
  return kind('DURATION', `a duration such as 5s, 1m30s or 300ms, ${range}`, showDurationMs, (text) => {
    const durationMs = readDurationMs(text)
    return durationMs !== undefined && durationMs >= leastMs && durationMs <= mostMs ? durationMs : undefined
  })
}

export const duration: Kind<number> = durationWithin(0, 24 * 3_600_000)

export const hostPort: Kind<HostPort> = kind(
  'ADDRESS',
  '[HOST]:PORT, such as :8080, 127.0.0.1:8080 or [::1]:8080',
  showHostPort,
  readHostPort,
)

/** Undefined: none. */
export const hostPortOrOff: Kind<{ readonly at: HostPort | undefined }> = kind(
  'ADDRESS|off',
  `${hostPort.expected}, or "off"`,
  ({ at }) => (at === undefined ? 'off' : showHostPort(at)),
  (word) => {
    const at = word === 'off' ? undefined : readHostPort(word)
    return word === 'off' || at !== undefined ? { at } : undefined
  },
)

export const text: Kind<string> = kind('TEXT', 'a text that is not empty', String, (value) => value || undefined)

/** Relative to the file that names it; the result is what the process can open. */
function beside(name: string, expected: string): Kind<string> {
  return {
    name,
    expected,
    show: String,
    read(word, { faults, inside }) {
      if (word.text !== '') return resolveBeside(word.position.file, word.text)
      return faults.add('bad-value', word.position, word.text, { inside, expected })
    },
  }
}

export const pathBeside = beside('PATH|GLOB', 'a file, a folder or a glob')

export const fileBeside = beside('FILE', 'a file')

/** Without user and password, which no message repeats, however broken the URL is. */
export const httpUrl: Kind<string> = {
  name: 'URL',
  expected: 'a URL with http:// or https://',
  show: String,
  read({ text, position }, { faults, inside }) {
    const { expected } = httpUrl
    if (text.includes('@')) {
      const suggestion = 'a Corefile holds no passwords: let a kubeconfig say who asks'
      return faults.add('bad-value', position, text.replace(/^(https?:\/\/)?.*@/is, '$1***@'), {
        inside,
        expected,
        suggestion,
      })
    }
    if (/^https?:\/\//.test(text) && URL.canParse(text)) return text
    return faults.add('bad-value', position, text, { inside, expected })
  },
}

/** It stands in keys of Redis, in front of colons and between braces. */
export const feedName: Kind<string> = kind(
  'NAME',
  'a name of letters, digits, ".", "_" and "-", at most 63',
  String,
  (value) => (/^[\w.-]{1,63}$/.test(value) ? value : undefined),
)

/** A word of a list; those of `notYet` are known and refused as not done yet. */
export function oneOf<const T extends string>(choices: readonly T[], notYet: readonly string[] = []): Kind<T> {
  const expected = choices.length === 1 ? `"${choices[0]}"` : `one of ${choices.join(', ')}`
  return {
    name: choices.join('|'),
    expected,
    selfEvident: true,
    show: String,
    read(word, { faults, inside }) {
      const found = choices.find((choice) => choice === word.text)
      if (found !== undefined) return found
      const { text, position } = word
      if (notYet.includes(text)) {
        return faults.add('not-yet', position, text, { inside, expected, suggestion: reasons.coredns })
      }
      const suggestion = didYouMean(text, [...choices, ...notYet])
      return faults.add('bad-value', position, text, { inside, expected, suggestion })
    },
  }
}

/** One zone, or the reverse zones of a prefix. */
export const zones: Kind<readonly string[]> = {
  name: 'ZONE',
  expected: 'a zone, or a prefix such as 10.96.0.0/12 for its reverse zones',
  show: (value) => value.join(' '),
  read(word, { faults, inside, budget }) {
    if (budget.spent) return undefined
    const read = readZones(word.text)
    if (!('problem' in read)) return budget.take(read, word.position)
    return faults.add('bad-zone', word.position, word.text, { inside, suggestion: read.problem })
  },
}

const namespaceLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export const namespace: Kind<string> = {
  name: 'NAMESPACE',
  expected: 'the name of a namespace: letters in lower case, digits and "-", at most 63',
  show: String,
  read(word, { faults, inside }) {
    if (namespaceLabel.test(word.text)) return word.text
    const lower = word.text.toLowerCase()
    const suggestion = lower !== word.text && namespaceLabel.test(lower) ? `did you mean "${lower}"?` : undefined
    return faults.add('bad-value', word.position, word.text, { inside, expected: namespace.expected, suggestion })
  },
}

export const bindTarget: Kind<BindTarget> = kind(
  'ADDRESS|INTERFACE',
  'an IP address or the name of an interface',
  (target) => (target.kind === 'address' ? target.address : target.name),
  (value) => {
    const address = readAddress(value)
    if (address !== undefined) return { kind: 'address', address: address.text }
    // Linux takes names up to 15 octets; what is all digits, dots or colons is a mistyped address.
    const isName = /^[\w.@:-]{1,15}$/.test(value) && !/^[\d.]+$|^[\da-f]*:[\da-f:.]*$/i.test(value)
    return isName ? { kind: 'interface', name: value } : undefined
  },
)

/** As CoreDNS writes them; a leading `(?i)` of Go becomes a flag. */
export const regexp: Kind<RegExp> = kind('REGEXP', 'a regular expression', String, (value) => {
  const flags = /^\(\?([ims]+)\)/.exec(value)
  if (value === '' || value.length > 10_000) return undefined
  try {
    return new RegExp(value.slice(flags?.[0].length ?? 0), [...new Set(flags?.[1] ?? '')].join(''))
  } catch {
    return undefined
  }
})
