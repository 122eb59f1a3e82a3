/** The servers that are compared, each with the configuration that makes it serve the same zones on one core. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a server is given to serve. */
export interface Inputs {
  /** A directory of its own, empty. */
  readonly directory: string
  readonly port: number
  /** Where the cluster's JSON files lie. */
  readonly cluster: string
  /** The same cluster as zone files. */
  readonly zones: readonly ZoneFile[]
  /** The same cluster behind the API. */
  readonly apiServer: string
  readonly tls: { readonly certificate: string; readonly key: string }
}

export interface ZoneFile {
  readonly apex: string
  readonly file: string
}

export interface Server {
  readonly name: string
  /** Writes its configuration; the command serves on 127.0.0.1:port. */
  readonly configure: (inputs: Inputs, protocol: Protocol) => Promise<Command>
  readonly protocols: readonly Protocol[]
  /** Undefined when it is not on this machine. */
  readonly version: () => string | undefined
}

export interface Command {
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export type Protocol = 'udp' | 'doh'
export type Runtime = 'node' | 'bun'

const root = join(import.meta.dirname, '../..')
const ttl = 30
/** From $COREDNS, PATH, or where `go install` puts it. */
const corednsProgram = findCoredns()

const nsd: Server = {
  name: 'NSD',
  protocols: ['udp'],
  version: () => programVersion('nsd', '-v'),
  async configure({ directory, port, zones }) {
    const file = join(directory, 'nsd.conf')
    await writeFile(
      file,
      `server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  zonesdir: "${directory}"
  database: ""
  pidfile: "${join(directory, 'nsd.pid')}"
  xfrdfile: "${join(directory, 'xfrd.state')}"
  xfrdir: "${directory}"
  zonelistfile: "${join(directory, 'zone.list')}"
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
${zones.map(({ apex, file }) => `zone:\n  name: ${apex}\n  zonefile: "${file}"\n`).join('')}`,
    )
    return { command: ['nsd', '-d', '-c', file] }
  },
}

const knot: Server = {
  name: 'Knot DNS',
  protocols: ['udp'],
  version: () => programVersion('knotd', '--version'),
  async configure({ directory, port, zones }) {
    const file = join(directory, 'knot.conf')
    await writeFile(
      file,
      `server:
    rundir: "${directory}"
    listen: 127.0.0.1@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: "${directory}"
template:
  - id: default
    zonefile-load: whole
    journal-content: none
zone:
${zones.map(({ apex, file }) => `  - domain: ${apex}\n    file: "${file}"\n`).join('')}`,
    )
    return { command: ['knotd', '-c', file] }
  },
}

/** The stock stanza of a cluster, without its cache: what an answer costs, not what a repeated one does. */
const coredns: Server = {
  name: 'CoreDNS',
  protocols: ['udp', 'doh'],
  version: () => (corednsProgram === undefined ? undefined : programVersion(corednsProgram, '-version')),
  async configure({ directory, port, apiServer, tls }, protocol) {
    const file = join(directory, 'Corefile')
    await writeFile(
      file,
      `${serverKey(protocol, port)} {
    bind 127.0.0.1
    ${protocol === 'doh' ? `tls ${tls.certificate} ${tls.key}` : ''}
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        endpoint ${apiServer}
        ttl ${ttl}
    }
    loadbalance
}
`,
    )
    return { command: [corednsProgram ?? 'coredns', '-conf', file] }
  },
}

function zonecast(runtime: Runtime, sockets: 'threads' | 'sockets'): Server {
  return {
    name: `zonecast, ${runtime === 'bun' ? 'Bun' : 'Node'}${sockets === 'sockets' ? ', fallback sockets' : ''}`,
    protocols: sockets === 'threads' ? ['udp', 'doh'] : ['udp'],
    version: () => programVersion(runtime, '--version'),
    async configure({ directory, port, cluster, tls }, protocol) {
      const file = join(directory, 'Corefile')
      await writeFile(file, zonecastCorefile(protocol, port, cluster, tls))
      const env = sockets === 'sockets' ? { env: { ZONECAST_UDP: 'sockets' } } : {}
      return { command: [runtime, join(root, 'dist/zonecast.js'), 'serve', '-conf', file], ...env }
    },
  }
}

export function zonecastCorefile(protocol: Protocol, port: number, cluster: string, tls: Inputs['tls']): string {
  return `${serverKey(protocol, port)} {
    bind 127.0.0.1
    ${protocol === 'doh' ? `tls ${tls.certificate} ${tls.key}` : 'multisocket 1'}
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        manifests ${cluster}/*.json
        ttl ${ttl}
    }
}
`
}

function serverKey(protocol: Protocol, port: number): string {
  return protocol === 'doh' ? `https://.:${port}` : `.:${port}`
}

export const servers: readonly Server[] = [
  nsd,
  knot,
  zonecast('bun', 'threads'),
  zonecast('node', 'threads'),
  zonecast('bun', 'sockets'),
  zonecast('node', 'sockets'),
  coredns,
]

function findCoredns(): string | undefined {
  const go = output('go', ['env', 'GOPATH'])
  const places = [process.env['COREDNS'], output('which', ['coredns']), go && join(go, 'bin/coredns')]
  return places.find((place) => place !== undefined && place !== '' && existsSync(place))
}

/** The first version number that the program prints. */
function programVersion(program: string, flag: string): string | undefined {
  return /\d+\.\d+[\w.]*/.exec(output(program, [flag]) ?? '')?.[0]
}

function output(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'exec "$@" 2>&1', 'sh', program, ...args], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}
