/** `zonecast serve`, running, with the objects of a YAML text over DNS, DNS over TLS and DNS over HTTPS. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeReply, encodeQuestion } from './reply.ts'
import { TcpClient } from './tcp-client.ts'

export interface ServeProcess {
  /** Of `dns`, `tls` and `https`. */
  readonly ports: Readonly<Record<string, string>>
  /** Writes the objects anew. */
  change(manifests: string): Promise<void>
  /** Ends it as an orchestrator does; resolves to the exit code. */
  stop(): Promise<number | null>
}

const ROOT = join(import.meta.dirname, '../..')
const LISTENER = /^\. (dns|tls|https):\/\/127\.0\.0\.1:(\d+) /gm

export async function startServe(runtime: 'node' | 'bun', manifests: string): Promise<ServeProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'zonecast-serve-'))
  const [file, key, certificate] = ['cluster.yaml', 'key.pem', 'cert.pem'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...[
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
    ],
    { stdio: 'ignore' },
  )
  const block = (scheme: string, tls: string) =>
    `${scheme}://.:0 {\n bind 127.0.0.1\n ${tls}\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n manifests cluster.yaml\n pods verified\n }\n}\n`
  const tls = `tls ${certificate} ${key}`
  await writeFile(file, manifests)
  await writeFile(join(directory, 'Corefile'), block('dns', '') + block('tls', tls) + block('https', tls))

  const command = join(ROOT, 'node_modules/.bin', runtime)
  const program = join(ROOT, 'apps/zonecast/bin/zonecast.js')
  const child = spawn(command, [program, 'serve', '-conf', join(directory, 'Corefile')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const ports = await new Promise<Record<string, string>>((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += String(chunk)
      const told = Object.fromEntries(Array.from(output.matchAll(LISTENER), ([, scheme, port]) => [scheme, port]))
      if (Object.keys(told).length === 3) resolve(told)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', () => reject(new Error(`zonecast ended: ${output}`)))
  })
  await answering(Number(ports['dns']))
  return {
    ports,
    change: (text) => writeFile(file, text),
    async stop() {
      child.kill('SIGTERM')
      await exited
      await rm(directory, { recursive: true })
      return child.exitCode
    },
  }
}

/** Until it has read its objects: before, it says SERVFAIL. */
async function answering(port: number): Promise<void> {
  const client = await TcpClient.open(port)
  const question = encodeQuestion('cluster.local.', 'SOA')
  while (decodeReply(await client.ask(question)).rcode === 'SERVFAIL') {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  client.close()
}
