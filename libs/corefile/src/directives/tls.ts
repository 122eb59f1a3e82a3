import { one, words } from '../arguments/arguments.ts'
import { oneOf } from '../arguments/kinds.ts'
import { notYet, option } from '../arguments/option.ts'
import type { TlsDirective } from '../config.ts'
import type { Arguments } from '../schema.ts'
import { directive } from './directive.ts'

const files = words(
  [
    ['CERT', 'a file with the certificate and its chain (PEM)'],
    ['KEY', 'a file with its key (PEM)'],
    ['CA', 'a file with the authorities that sign client certificates (PEM)'],
  ],
  1,
)

/** CoreDNS takes `tls` without arguments for certificates that it obtains itself (ACME). */
const filesOrAcme: Arguments<readonly string[] | undefined> = {
  ...files,
  read(node, context) {
    if (node.args.length > 0 || node.block === undefined) return files.read(node, context)
    const suggestion = 'CoreDNS obtains certificates by ACME; name CERT and KEY'
    return context.faults.add('not-yet', node.name.position, 'tls without CERT and KEY', { suggestion })
  },
}

export const tls = directive({
  arguments: filesOrAcme,
  options: {
    client_auth: option(
      one(oneOf(['nocert', 'request', 'require_and_verify'], ['require', 'verify_if_given']), 'nocert'),
      'Whether clients are asked for a certificate, and whether it must be one of CA.',
    ),
    keylog: notYet('FILE', 'Writes the secrets of TLS sessions for debugging.'),
    acme: notYet('DOMAIN...', 'Obtains and renews the certificate.'),
    email: notYet('EMAIL', 'Contact of the ACME account.'),
    ca: notYet('URL', 'Directory of the ACME server.'),
    storage: notYet('DIRECTORY', 'Where ACME keeps accounts, certificates and keys.'),
    ca_root: notYet('FILE', 'Authorities for a private ACME server.'),
    resolver: notYet('ADDRESS', 'Resolver that finds the ACME server.'),
  },
  doc: `The certificate of \`tls://\` and \`https://\` keys. A \`tls://\` key needs it; \`https://\` without it speaks plain HTTP,
for a proxy in front that ends TLS. Relative paths start from the working directory. Blocks that share an address and port
must name the same files.`,
  repeats: false,
  examples: [
    `tls://cluster.local https://cluster.local {
    tls cert.pem key.pem ca.pem {
        client_auth require_and_verify
    }
    whoami
}`,
  ],
  build({ position, args, options: { client_auth: clientAuth } }, { faults }): TlsDirective | undefined {
    const [cert, key, ca] = args ?? []
    if (cert === undefined || key === undefined) return undefined
    if (clientAuth === 'require_and_verify' && ca === undefined) {
      const suggestion = 'client_auth require_and_verify checks client certificates against CA: name it after KEY'
      faults.add('missing-directive', position, 'tls', { suggestion })
    }
    return { position, cert, key, ca, clientAuth }
  },
})
