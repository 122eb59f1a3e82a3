/**
 * Text without what must not be read in a log, wherever it came from: an error of a library may quote the URL that it was
 * given. What is left out is shown as `***`.
 */

/** No line says more: some of the text comes from servers, and these patterns look at each part of it several times. */
const LENGTH_MAX = 4096

const SECRETS: readonly (readonly [pattern: RegExp, shown: string])[] = [
  // The user info of a URL (RFC 3986 section 3.2.1) ends at the last @ before the path.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi, '$1***@'],
  // Authorization of HTTP (RFC 9110 section 11.6.2).
  [/\b(bearer|basic)(\s+)[\w.~+/=-]{4,}/gi, '$1$2***'],
  // password=…, "token": "…", --client-secret …
  [
    /((?:password|passwd|token|secret|api[_-]?key|access[_-]?key|credential)["']?\s*[=:]\s*)("[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s,;&"']+)/gi,
    '$1***',
  ],
  // A JSON Web Token: three parts, of which the first two are objects.
  [/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g, '***'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '***'],
]

export function withoutSecrets(text: string): string {
  return SECRETS.reduce((clean, [pattern, shown]) => clean.replaceAll(pattern, shown), bounded(text))
}

function bounded(text: string): string {
  if (text.length <= LENGTH_MAX) return text
  // A word that is cut could be half a secret.
  const end = text.lastIndexOf(' ', LENGTH_MAX)
  return `${text.slice(0, end + 1)}…`
}
