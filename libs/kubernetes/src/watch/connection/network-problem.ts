/** Why there was no reply, in words that are the same each time and say what to look at. */

const MESSAGE_MAX = 500

/** OpenSSL's words for it are few. */
const ADVICE: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'authority',
  UNABLE_TO_GET_ISSUER_CERT: 'authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'authority',
  CERT_SIGNATURE_FAILURE: 'authority',
  CERT_HAS_EXPIRED: 'its certificate is not valid any more',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: look at the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for other names: see "tls-server-name" of the kubeconfig, or ask by one of them',
}
const AUTHORITY =
  'the authority that was given does not vouch for its certificate: see "certificate-authority" of the kubeconfig, or CA of "tls"'

/** One line. */
export function networkProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Several addresses were tried: the message is empty, the reasons lie within.
  const [first] = error instanceof AggregateError ? error.errors : []
  if (first instanceof Error) return networkProblem(first)
  const code = 'code' in error ? String(error.code) : ''
  // Bun quotes the URL, of which each request has another.
  const said = error.message
    .replace(/ fetching "[\s\S]*$/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MESSAGE_MAX)
  const advice = ADVICE[code]
  return `${said || code || error.name}${advice === undefined ? '' : ` (${advice === 'authority' ? AUTHORITY : advice})`}`
}
