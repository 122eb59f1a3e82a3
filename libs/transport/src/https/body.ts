/**
 * The body of a request, of no more octets than `maxOctets`. Where the length was declared it is judged before anything
 * is read, and the server holds the sender to it; else the octets are counted as they come.
 */
export async function readBody(request: Request, maxOctets: number): Promise<Uint8Array | 'too-large' | 'cut-short'> {
  const declared = request.headers.get('content-length')
  if (declared !== null && !(Number(declared) <= maxOctets)) return 'too-large'
  try {
    if (declared === null) return await readCounted(request, maxOctets)
    const octets = new Uint8Array(await request.arrayBuffer())
    return octets.length <= maxOctets ? octets : 'too-large'
  } catch {
    return 'cut-short' // the client went away
  }
}

async function readCounted(request: Request, maxOctets: number): Promise<Uint8Array | 'too-large'> {
  const parts: Uint8Array[] = []
  let end = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    end += part.value.length
    if (end > maxOctets) {
      await reader?.cancel()
      return 'too-large'
    }
    parts.push(part.value)
  }
  const octets = new Uint8Array(end)
  let at = 0
  for (const part of parts) {
    octets.set(part, at)
    at += part.length
  }
  return octets
}
