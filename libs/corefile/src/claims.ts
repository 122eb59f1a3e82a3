/**
 * What server blocks may not want at the same time: one zone at one address and port, one port for two protocols, one
 * listener with two certificates. A block that binds nothing listens on all addresses and so meets every other.
 */

import type { BindTarget, Position, ReadyDirective, Scheme, ServerBlock, TlsDirective } from './config.ts'
import { type FaultList, showPosition } from './errors.ts'
import { limits } from './limits.ts'
import { showHostPort } from './values/host-port.ts'

export function checkClaims(blocks: readonly ServerBlock[], faults: FaultList): void {
  const zones = new ZoneClaims(faults)
  const sockets = new SocketClaims(faults)
  for (const block of blocks) {
    const hosts = boundHosts(block)
    const listeners = new Set<string>()
    for (const { scheme, zone, port, position } of block.keys) {
      for (const host of hosts) {
        zones.claim(scheme, zone, port, host, position)
        const listener = `${scheme} ${host} ${port}`
        if (!listeners.has(listener)) sockets.claim({ use: scheme, host, port, position, tls: block.tls })
        listeners.add(listener)
      }
    }
    const { ready, health, prometheus } = block
    if (prometheus !== undefined) {
      sockets.claim({ use: 'prometheus', ...prometheus.address, position: prometheus.position, tls: undefined })
    }
    if (ready !== undefined) {
      const { address, position, monitor } = ready
      sockets.claim({ use: 'ready', ...address, position, tls: undefined, monitor })
    }
    if (health !== undefined)
      sockets.claim({ use: 'health', ...health.address, position: health.position, tls: undefined })
  }
}

/** Addresses and interfaces that a block listens on; '' for all. */
function boundHosts(block: ServerBlock): readonly string[] {
  if (block.bind.length === 0) return ['']
  const hosts = block.bind.flatMap(({ targets, except }) => {
    const left = new Set(except.map(hostOf))
    return targets.map(hostOf).filter((host) => !left.has(host))
  })
  // More are reported already, and would make this check slow.
  return [...new Set(hosts)].slice(0, limits.bindTargets)
}

function hostOf(target: BindTarget): string {
  return target.kind === 'address' ? target.address : target.name
}

class ZoneClaims {
  readonly #faults: FaultList
  readonly #claims = new Map<string, Map<string, Position>>()

  constructor(faults: FaultList) {
    this.#faults = faults
  }

  claim(scheme: Scheme, zone: string, port: number, host: string, position: Position): void {
    const name = `${scheme}://${zone}:${port}`
    const hosts = this.#claims.get(name)
    if (hosts === undefined) {
      this.#claims.set(name, new Map([[host, position]]))
      return
    }
    const [any] = hosts.values()
    const other = hosts.get(host) ?? hosts.get('') ?? (host === '' ? any : undefined)
    if (other === undefined) hosts.set(host, position)
    else {
      const suggestion = `${showPosition(other)} claims it too`
      this.#faults.add('duplicate-zone', position, host === '' ? name : `${name} on ${host}`, { suggestion })
    }
  }
}

interface SocketUse {
  readonly use: Scheme | 'ready' | 'health' | 'prometheus'
  readonly host: string
  readonly port: number
  readonly position: Position
  readonly tls: TlsDirective | undefined
  readonly monitor?: ReadyDirective['monitor']
}

const schemes: ReadonlySet<string> = new Set<Scheme>(['dns', 'tls', 'https'])

class SocketClaims {
  readonly #faults: FaultList
  /** By port, then by host; one for each use. */
  readonly #claims = new Map<number, Map<string, SocketUse[]>>()

  constructor(faults: FaultList) {
    this.#faults = faults
  }

  claim(claim: SocketUse): void {
    const { use, host, port, position } = claim
    if (port === 0) return
    const hosts = this.#claims.get(port) ?? new Map<string, SocketUse[]>()
    this.#claims.set(port, hosts)
    const here = hosts.get(host) ?? []
    const same = here.find((other) => other.use === use)
    if (same !== undefined) {
      this.#checkShared(claim, same)
      return
    }
    hosts.set(host, [...here, claim])
    const elsewhere = host === '' ? [...hosts.values()].flat() : (hosts.get('') ?? [])
    const met = [...here, ...elsewhere.filter((other) => other.host !== host)]
    const foreign = met.find((other) => other.use !== use)
    if (foreign !== undefined) this.#refuse(claim, foreign)
    else if (met[0] !== undefined && schemes.has(use)) {
      const at = `${showPosition(met[0].position)} `
      const which = host === '' ? `${at}binds ${met[0].host}` : `${at}listens on all addresses`
      this.#faults.warn(
        position,
        `port ${port}: ${which}; questions to a bound address see only the blocks that bind it`,
      )
    }
  }

  #checkShared(claim: SocketUse, same: SocketUse): void {
    if (claim.use === 'health') this.#refuse(claim, same)
    if (claim.monitor !== same.monitor) {
      const suggestion = `${showPosition(same.position)} shares it and monitors ${same.monitor}`
      this.#faults.add('listener-conflict', claim.position, showUse(claim), { suggestion })
    }
    const encrypted = claim.use === 'tls' || claim.use === 'https'
    if (encrypted && showTls(claim.tls) !== showTls(same.tls)) {
      const suggestion = `${showPosition(same.position)} shares it with another tls directive, or none`
      this.#faults.add('listener-conflict', claim.position, showUse(claim), { suggestion })
    }
  }

  #refuse(claim: SocketUse, other: SocketUse): void {
    const isImported = showPosition(other.position) === showPosition(claim.position)
    const suggestion = isImported
      ? 'two server blocks import it; let one of them have it'
      : `${showPosition(other.position)} listens on ${showUse(other)}`
    this.#faults.add('listener-conflict', claim.position, showUse(claim), { suggestion })
  }
}

function showUse({ use, host, port }: SocketUse): string {
  return `${use} ${showHostPort({ host, port })}`
}

function showTls(tls: TlsDirective | undefined): string {
  return tls === undefined ? '' : JSON.stringify([tls.cert, tls.key, tls.ca, tls.clientAuth])
}
