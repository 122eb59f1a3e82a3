/**
 * A server's certificate from files, and its rotation: the files are read again every so often, and what is new is
 * handed on once certificate and key fit each other. Reading, rather than waiting for events of the file system, sees
 * every way in which files are replaced: renames, symbolic links that swing (Kubernetes secrets), network mounts.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { TransportError } from '../errors.ts'

/** Paths of PEM files. */
export interface CertificateFiles {
  /** The server's certificate, then those between it and a root. */
  readonly cert: string
  readonly key: string
  /** The authorities whose client certificates are trusted; left out: those that the runtime trusts. */
  readonly ca?: string
}

/** PEM text, ready for `node:tls` and `Bun.serve`. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly ca?: string
}

/** Reads and checks the files. Throws a `TransportError` that names the file at fault. */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const [cert, key, ca] = await Promise.all([
    readPem(files.cert),
    readPem(files.key),
    files.ca === undefined ? undefined : readPem(files.ca),
  ])
  const certificate = parsed(files.cert, 'certificate', () => new X509Certificate(cert))
  const privateKey = parsed(files.key, 'private key', () => createPrivateKey(key))
  if (ca !== undefined) parsed(files.ca ?? '', 'CA certificate', () => new X509Certificate(ca))
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TransportError('bad-certificate', `${files.key} is not the key of the certificate in ${files.cert}`)
  }
  return ca === undefined ? { cert, key } : { cert, key, ca }
}

export interface FollowOptions {
  readonly files: CertificateFiles
  /** What is in service. */
  readonly current: Certificate
  readonly onChange: (certificate: Certificate) => void
  /** The files cannot be used as they are now; what is in service stays. Said once for each new fault. */
  readonly onError: (error: unknown) => void
  readonly everyMs?: number
}

export const CERTIFICATE_CHECK_MS = 10_000

/** Follows the files until the returned function is called. */
export function followCertificate(options: FollowOptions): () => void {
  const { files, onChange, onError, everyMs = CERTIFICATE_CHECK_MS } = options
  let { current } = options
  let lastFault = ''
  let isStopped = false
  let timer = setTimeout(check, everyMs)
  timer.unref()

  async function check(): Promise<void> {
    try {
      const found = await readCertificate(files)
      if (isStopped) return
      lastFault = ''
      if (found.cert !== current.cert || found.key !== current.key || found.ca !== current.ca) {
        onChange(found)
        current = found
      }
    } catch (error) {
      const fault = String(error)
      if (fault !== lastFault && !isStopped) onError(error)
      lastFault = fault
    }
    if (isStopped) return
    timer = setTimeout(check, everyMs)
    timer.unref()
  }

  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new TransportError('bad-certificate', `cannot read ${path}: ${reason(error)}`, error)
  }
}

function parsed<T>(path: string, what: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new TransportError('bad-certificate', `${path} holds no ${what} in PEM form: ${reason(error)}`, error)
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
