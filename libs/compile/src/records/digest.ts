/**
 * A number of 53 bits that stands for what a service's record says, stanzas apart: two lanes of 32 bits, each mixed with
 * a multiplication per character or octet. Tells records of one service apart; not made against forgery, for whoever can
 * write a Service gains nothing by one that looks unchanged.
 */
import type { Port, RRsetRecord, ServiceRecord } from '@zonecast/image'

class Hash {
  #a = 0x9e3779b9 | 0
  #b = 0x85ebca6b | 0

  number(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 0x01000193)
    this.#b = Math.imul((this.#b ^ value) + 0x6b43a9b5, 0x27d4eb2f)
    this.#b ^= this.#b >>> 15
  }

  text(text: string): void {
    this.number(text.length)
    for (let at = 0; at < text.length; at++) this.number(text.charCodeAt(at))
  }

  octets(octets: Uint8Array): void {
    this.number(octets.length)
    for (let at = 0; at < octets.length; at++) this.number(octets[at] as number)
  }

  finish(): number {
    const a = Math.imul(this.#a ^ (this.#a >>> 16), 0x2c1b3c6d)
    const b = Math.imul(this.#b ^ (this.#b >>> 13), 0x297a2d39)
    return ((a ^ (a >>> 15) ^ b) & 0x1fffff) * 2 ** 32 + ((b ^ (b >>> 16)) >>> 0)
  }
}

/** The same for records that differ in nothing but their stanzas; for others by a chance of one in 2^53. */
export function digestService(record: ServiceRecord): number {
  const { kind, aliasOf, addresses, externalAddresses, ports, portSets, endpoints, target } = record
  const hash = new Hash()
  hash.text(kind)
  hash.text(aliasOf)
  for (const list of [addresses, externalAddresses]) {
    hash.number(list.length)
    for (const address of list) hash.octets(address)
  }
  addPorts(hash, ports)
  hash.number(portSets.length)
  for (const list of portSets) addPorts(hash, list)
  for (const { address, name, portSet, zone } of endpoints) {
    hash.octets(address)
    hash.text(name)
    hash.number(portSet)
    hash.text(zone)
  }
  hash.octets(target)
  return hash.finish()
}

/** Of an owner, a type and records. */
export function digestRRset({ owner, type, ttlSec, rdata }: RRsetRecord): number {
  const hash = new Hash()
  hash.text(owner)
  hash.number(type)
  hash.number(ttlSec)
  hash.number(rdata.length)
  for (const octets of rdata) hash.octets(octets)
  return hash.finish()
}

function addPorts(hash: Hash, ports: readonly Port[]): void {
  hash.number(ports.length)
  for (const { name, protocol, number } of ports) {
    hash.text(name)
    hash.text(protocol)
    hash.number(number)
  }
}
