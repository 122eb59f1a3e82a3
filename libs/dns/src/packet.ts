/**
 * One DNS message in a buffer that its owner keeps for life. The two views lie over the same octets, made once (a new
 * view per message would cost more than the lookup); `end` is set for each message.
 */
export interface Packet {
  readonly octets: Uint8Array
  readonly view: DataView
  /** Octets in use, from offset 0. */
  end: number
}

/** @param octets the memory to lay the packet over; the whole of it may be used. */
export function packetOver(octets: Uint8Array): Packet {
  return { octets, view: new DataView(octets.buffer, octets.byteOffset, octets.byteLength), end: octets.byteLength }
}
