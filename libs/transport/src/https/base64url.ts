/**
 * base64url without padding (RFC 4648 section 5), as the `dns` parameter has it (RFC 8484 section 4.1), in any runtime.
 * Strict: padding and bits left over are refused, so that a message has one spelling and caches hold it once; clients
 * that pad break the RFC's "MUST NOT", and CoreDNS refuses them too.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const INVALID = 0xff
const SEXTETS = new Uint8Array(128).fill(INVALID)
for (let i = 0; i < ALPHABET.length; i++) SEXTETS[ALPHABET.charCodeAt(i)] = i

/** undefined for what is not base64url. */
export function fromBase64url(text: string): Uint8Array | undefined {
  const surplus = text.length & 3
  if (surplus === 1) return undefined
  const octets = new Uint8Array((text.length * 3) >> 2)
  let end = 0
  let bits = 0
  let bitCount = 0
  for (let i = 0; i < text.length; i++) {
    const sextet = SEXTETS[text.charCodeAt(i)] ?? INVALID
    if (sextet === INVALID) return undefined
    bits = ((bits << 6) | sextet) & 0x3fff
    bitCount += 6
    if (bitCount >= 8) {
      bitCount -= 8
      octets[end++] = bits >> bitCount
    }
  }
  return (bits & ((1 << bitCount) - 1)) === 0 ? octets : undefined
}
