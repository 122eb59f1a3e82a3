import { expect, test } from 'vitest'
import { networkProblem } from './network-problem.ts'

const error = (message: string, code?: string) => Object.assign(new Error(message), code && { code })

test.each([
  [error('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'), 'connect ECONNREFUSED 127.0.0.1:1'],
  [new AggregateError([error('connect ECONNREFUSED ::1:1')]), 'connect ECONNREFUSED ::1:1'],
  [error('', 'ECONNRESET'), 'ECONNRESET'],
  [error('two\n lines'), 'two lines'],
  ['a text', 'a text'],
])('%s', (given, expected) => {
  expect(networkProblem(given)).toBe(expected)
})

test('a certificate that is not believed says what to look at', () => {
  const said = networkProblem(error('self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'))
  expect(said).toMatch(
    /^self-signed certificate in certificate chain \(the authority .* "certificate-authority" .* "tls"\)$/,
  )
  expect(networkProblem(error('certificate has expired', 'CERT_HAS_EXPIRED'))).toContain('not valid any more')
})

test('the URL, which Bun quotes, is not in it: it would be another trouble each time', () => {
  const code = 'ERR_TLS_CERT_ALTNAME_INVALID'
  const of = (seconds: number) =>
    networkProblem(error(`${code} fetching "https://api/?timeoutSeconds=${seconds}". For more`, code))
  expect(of(1)).toBe(of(2))
  expect(of(1)).toMatch(/^ERR_TLS_CERT_ALTNAME_INVALID \(its certificate is for other names: see "tls-server-name"/)
})
