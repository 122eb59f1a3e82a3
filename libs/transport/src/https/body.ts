/**
 * The body of a request, of no more octets than `maxOctets`. Where the length was declared it is judged before anything
 * is read, and the server holds the sender to it; else the octets are counted as they come.
 */
export function readBody(request: Request, maxOctets: number): Promise<Uint8Array | 'too-large' | 'cut-short'> {
  const declared = request.headers.get('content-length')
  if (declared === null) return readCounted(request, maxOctets).catch(cutShort)
  if (!(Number(declared) <= maxOctets)) return Promise.resolve('too-large')
  return request
    .arrayBuffer()
    .then((body) => (body.byteLength <= maxOctets ? new Uint8Array(body) : 'too-large'), cutShort)
}

/** The client went away. */
function cutShort(): 'cut-short' {
  return 'cut-short'
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
