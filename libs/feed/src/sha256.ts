/** The SHA-256 function that images are handed on Node and Bun. */
import { createHash } from 'node:crypto'

/** @returns 32 octets */
export function sha256(octets: Uint8Array): Uint8Array {
  return createHash('sha256').update(octets).digest()
}
