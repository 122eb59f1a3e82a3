/** `HOST:PORT` as Go splits it: the host may be missing, and an IPv6 address stands in brackets. */

import type { HostPort } from '../config.ts'
import { readAddress } from './address.ts'

const hostName = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i

export function readHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  if (match === null) return undefined
  const port = readPort(match[3] ?? '')
  if (port === undefined) return undefined
  if (match[1] !== undefined) {
    const address = match[1].includes(':') ? readAddress(match[1]) : undefined
    return address === undefined ? undefined : { host: address.text, port }
  }
  const host = match[2] ?? ''
  const address = readAddress(host)
  if (/^[\d.]+$/.test(host) && address === undefined) return undefined
  return host === '' || address !== undefined || (host.length <= 253 && hostName.test(host))
    ? { host, port }
    : undefined
}

/** 0..65535, decimal. */
export function readPort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined
}

export function showHostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
