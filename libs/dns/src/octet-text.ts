/** Octets as hexadecimal and base64 digits, by means that every runtime has. */

export function toHex(octets: Uint8Array): string {
  let text = ''
  for (const octet of octets) text += (octet < 16 ? '0' : '') + octet.toString(16)
  return text.toUpperCase()
}

/** undefined when there is anything but pairs of digits. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || /[^0-9a-f]/i.test(text)) return undefined
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
}

export function toBase64(octets: Uint8Array): string {
  let binary = ''
  for (const octet of octets) binary += String.fromCharCode(octet)
  return btoa(binary)
}

/** The value of a digit that stands as ASCII; -1 when it is none. */
export function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const letter = octet | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1
}
