/** The addresses that a responder may name itself by: those that it listens at, as far as others can reach them. */
import { networkInterfaces } from 'node:os'
import { parseAddress } from '@zonecast/dns'

/**
 * Addresses for NS records: never link-local ones, loopback only when nothing else is bound.
 * @param bound texts of the addresses that DNS is answered at; a wildcard stands for all addresses of this machine.
 * @returns 4 or 16 octets each
 */
export function ownAddresses(bound: readonly string[]): Uint8Array[] {
  const texts = new Set(bound.flatMap((address) => (isWildcard(address) ? machineAddresses(address) : [address])))
  const addresses = [...texts].map((text) => parseAddress(text)).filter((octets) => octets !== undefined)
  const usable = addresses.filter((octets) => !isLinkLocal(octets))
  const reachable = usable.filter((octets) => !isLoopback(octets))
  return reachable.length > 0 ? reachable : usable
}

/** What "all addresses" means here: both wildcards, or the IPv4 one alone where the machine has no IPv6. */
export function wildcards(): string[] {
  const entries = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return entries.some(({ family }) => family === 'IPv6') ? ['0.0.0.0', '::'] : ['0.0.0.0']
}

/** The addresses of one interface, without zone ids. */
export function interfaceAddresses(name: string): string[] {
  return (networkInterfaces()[name] ?? []).map(({ address }) => address)
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function machineAddresses(wildcard: string): string[] {
  const family = wildcard === '::' ? 'IPv6' : 'IPv4'
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  return all.filter((entry) => entry.family === family).map(({ address }) => address)
}

function isLinkLocal(octets: Uint8Array): boolean {
  if (octets.length === 4) return octets[0] === 169 && octets[1] === 254
  return octets[0] === 0xfe && ((octets[1] as number) & 0xc0) === 0x80
}

function isLoopback(octets: Uint8Array): boolean {
  if (octets.length === 4) return octets[0] === 127
  return octets.every((octet, at) => octet === (at === 15 ? 1 : 0))
}
