/** Every address of this machine that a wildcard stands for, where a socket cannot tell which one it was asked at. */
import { networkInterfaces } from 'node:os'

/** @param wildcard `0.0.0.0` or `::`. @returns addresses that can be bound, each once. */
export function localAddresses(wildcard: string): string[] {
  const family = wildcard === '::' ? 'IPv6' : 'IPv4'
  const found = new Set<string>()
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    for (const each of addresses) {
      if (each.family !== family) continue
      // A link-local address is one of an interface, not of the machine.
      found.add(each.family === 'IPv6' && each.scopeid > 0 ? `${each.address}%${name}` : each.address)
    }
  }
  return [...found].sort()
}
