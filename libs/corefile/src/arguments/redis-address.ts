/** `redis://` and `rediss://` addresses of a feed: a host and a port, and nothing else. */

import type { Position, RedisServers } from '../config.ts'
import type { Kind } from '../schema.ts'
import { readHostPort, showHostPort } from '../values/host-port.ts'

export interface RedisAddress {
  readonly position: Position
  readonly tls: boolean
  /** In lower case; never ''. */
  readonly host: string
  /** 1..65535; undefined when it names none. */
  readonly port: number | undefined
}

export const redisPort = 6379
export const sentinelPort = 26_379

export const redisAddress: Kind<RedisAddress> = {
  name: 'ADDRESS',
  expected: 'redis://HOST[:PORT], or rediss://HOST[:PORT] for TLS',
  show: ({ tls, host, port = redisPort }: RedisAddress) =>
    `${tls ? 'rediss' : 'redis'}://${showHostPort({ host, port })}`,
  read({ text, position }, { faults, inside }) {
    const { expected } = redisAddress
    const found = withoutSecrets(text)
    if (text.includes('@')) {
      const suggestion = 'a Corefile holds no passwords: say where they stand with the options "user" and "password"'
      return faults.add('bad-value', position, found, { inside, expected, suggestion })
    }
    const [, scheme, place = '', rest = ''] = /^(rediss?):\/\/([^/?#]*)(.*)$/s.exec(text) ?? []
    const namesPort = /:\d+$/.test(place)
    const address = readHostPort(namesPort ? place : `${place}:${redisPort}`)
    if (scheme === undefined || address === undefined || address.host === '' || address.port === 0) {
      return faults.add('bad-value', position, found, { inside, expected })
    }
    if (rest !== '' && rest !== '/') {
      const suggestion = `leave out "${rest}": feeds in one Redis differ by their names`
      return faults.add('bad-value', position, text, { inside, expected, suggestion })
    }
    const host = address.host.toLowerCase()
    return { position, tls: scheme === 'rediss', host, port: namesPort ? address.port : undefined }
  },
}

/** What may be a user or a password, however broken the URL is, becomes `***`: messages are shown and logged. */
function withoutSecrets(url: string): string {
  const withoutUserinfo = url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@')
  return withoutUserinfo.replace(/^([^:]*:\/\/[^:[\]]*):(?!\d+(?:\/|$)).*$/s, '$1:***')
}

/** `redis:6379`, `rediss://a:26379 b:26379, sentinel main`: what tells one Redis from another, without its secrets. */
export function redisName({ topology, addresses, tls }: RedisServers): string {
  const scheme = tls === undefined ? '' : 'rediss://'
  const master = topology.kind === 'sentinel' ? ` ${topology.master}` : ''
  const how = topology.kind === 'server' ? '' : `, ${topology.kind}${master}`
  return `${scheme}${addresses.map(showHostPort).join(' ')}${how}`
}
