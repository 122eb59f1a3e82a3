/**
 * A real Kubernetes API server with its etcd, on ports and in a folder of its own, from the binaries that build.sh made.
 * There are no nodes and no controllers: services get addresses, but endpoints are what a test writes.
 */

import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { get, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { freePorts } from './free-ports.ts'
import type { ApiObject } from './objects.ts'
import { Program } from './program.ts'

const READY_MS = 60_000
const ADMIN_TOKEN = 'admin-of-the-tests'
const run = promisify(execFile)

interface Ports {
  readonly client: number
  readonly peer: number
  readonly api: number
}

/** The folder of the binaries; undefined when the suite was not started by script/test-cluster. */
export function clusterBinaries(): string | undefined {
  return process.env['ZONECAST_CLUSTER_BIN']
}

export class Cluster {
  readonly folder: string
  readonly #binaries: string
  readonly #ports: Ports
  #etcd: Program | undefined
  #apiServer: Program | undefined
  #stores = 0
  #ca = ''

  private constructor(folder: string, binaries: string, ports: Ports) {
    this.folder = folder
    this.#binaries = binaries
    this.#ports = ports
  }

  /** Ready to be used. Whoever started it stops it. */
  static async start(): Promise<Cluster> {
    const binaries = clusterBinaries()
    if (binaries === undefined) throw new Error('ZONECAST_CLUSTER_BIN is not set: run script/test-cluster')
    const folder = await mkdtemp(join(tmpdir(), 'zonecast-cluster-'))
    const [client = 0, peer = 0, api = 0] = await freePorts(3)
    const cluster = new Cluster(folder, binaries, { client, peer, api })
    try {
      await cluster.#prepare()
      cluster.startEtcd()
      await cluster.startApiServer()
    } catch (error) {
      await cluster.stop()
      throw error
    }
    return cluster
  }

  get url(): string {
    return `https://127.0.0.1:${this.#ports.api}`
  }

  /** A file for whoever may do anything. */
  get adminKubeconfig(): string {
    return this.#path('admin.kubeconfig')
  }

  /** A file with the authority that vouches for the API server. */
  get authority(): string {
    return this.#path('certificates', 'apiserver.crt')
  }

  async stop(): Promise<void> {
    await this.#apiServer?.stop()
    await this.#etcd?.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** With what it stored before, or with nothing in it after `forget`. */
  startEtcd(): void {
    const { client, peer } = this.#ports
    const clientUrl = `http://127.0.0.1:${client}`
    const peerUrl = `http://127.0.0.1:${peer}`
    const args = ['--data-dir', this.#path(`etcd-${this.#stores}`), '--unsafe-no-fsync', '--log-level', 'warn']
    args.push('--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl)
    args.push('--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl)
    args.push('--initial-cluster', `default=${peerUrl}`)
    this.#etcd = new Program('etcd', join(this.#binaries, 'etcd'), args, this.folder)
  }

  async startApiServer(): Promise<void> {
    const { client, api } = this.#ports
    const args = Object.entries({
      'etcd-servers': `http://127.0.0.1:${client}`,
      'bind-address': '127.0.0.1',
      'secure-port': api,
      'advertise-address': '192.0.2.1',
      'endpoint-reconciler-type': 'none',
      'service-cluster-ip-range': '10.96.0.0/16,fd00:10:96::/112',
      'authorization-mode': 'RBAC',
      'client-ca-file': this.#path('clients.crt'),
      'token-auth-file': this.#path('tokens.csv'),
      'service-account-key-file': this.#path('accounts.pub'),
      'service-account-signing-key-file': this.#path('accounts.key'),
      'service-account-issuer': 'https://kubernetes.default.svc',
      'cert-dir': this.#path('certificates'),
      'disable-admission-plugins': 'ServiceAccount',
    }).map(([flag, value]) => `--${flag}=${value}`)
    this.#apiServer = new Program('kube-apiserver', join(this.#binaries, 'kube-apiserver'), args, this.folder)
    await this.#ready()
    await writeFile(this.adminKubeconfig, await this.kubeconfig({ token: ADMIN_TOKEN }))
  }

  async stopApiServer(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#apiServer?.stop(signal)
  }

  /** SIGSTOP and SIGCONT: it is there, and says nothing. */
  signalApiServer(signal: NodeJS.Signals): void {
    this.#apiServer?.signal(signal)
  }

  /** An API server whose store was lost: nothing is there, and versions begin again. */
  async restartEmpty(): Promise<void> {
    await this.stopApiServer()
    await this.#etcd?.stop()
    this.#stores++
    this.startEtcd()
    await this.startApiServer()
  }

  /** A kubeconfig as text, for a user as kubeconfigs have them. */
  async kubeconfig(user: object): Promise<string> {
    const ca = Buffer.from(this.#ca).toString('base64')
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server: this.url, 'certificate-authority-data': ca } }],
      users: [{ name: 'test', user }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      'current-context': 'test',
    })
  }

  /** What it prints. Throws with what it says when it fails. */
  async kubectl(args: readonly string[], input = ''): Promise<string> {
    const running = run(join(this.#binaries, 'kubectl'), ['--kubeconfig', this.adminKubeconfig, ...args], {
      env: { ...process.env, HOME: this.folder },
      maxBuffer: 64 << 20,
    })
    running.child.stdin?.end(input)
    return (await running).stdout
  }

  /** Writes a kubeconfig of a service account and gives its path. The account and its namespace must exist. */
  async accountKubeconfig(namespace: string, account: string): Promise<string> {
    const token = await this.kubectl(['create', 'token', '-n', namespace, account])
    const file = this.#path(`${namespace}-${account}.kubeconfig`)
    await writeFile(file, await this.kubeconfig({ token: token.trim() }))
    return file
  }

  /** Writes a certificate that the API server takes for proof of name and group. */
  async clientCertificate(name: string, group: string): Promise<{ cert: string; key: string }> {
    const [cert, key] = [this.#path(`${name}.crt`), this.#path(`${name}.key`)]
    const ca = ['-CA', this.#path('clients.crt'), '-CAkey', this.#path('clients.key')]
    await certify([...ca, '-subj', `/O=${group}/CN=${name}`, '-keyout', key, '-out', cert])
    return { cert, key }
  }

  /** Creates the object, or makes it as it is given (server-side apply). */
  async put(object: ApiObject): Promise<void> {
    await this.#send('PATCH', `${pathOf(object)}?fieldManager=tests&force=true`, JSON.stringify(object))
  }

  async remove(object: ApiObject): Promise<void> {
    await this.#send('DELETE', pathOf(object))
    if (object.kind !== 'Namespace') return
    // No controller is there to see that it is empty.
    const finalized = { ...object, spec: { finalizers: [] } }
    await this.#send('PUT', `${pathOf(object)}/finalize`, JSON.stringify(finalized), 'application/json')
  }

  async get(path: string): Promise<{ status: number; body: AsyncIterable<Uint8Array> }> {
    return await new Promise((resolve, reject) => {
      const options = { ca: this.#ca, headers: { authorization: `Bearer ${ADMIN_TOKEN}` }, agent: false }
      get(this.url + path, options, (reply) => resolve({ status: reply.statusCode ?? 0, body: reply })).on(
        'error',
        reject,
      )
    })
  }

  async #send(method: string, path: string, body = '', type = 'application/apply-patch+yaml'): Promise<void> {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': type }
    const said = await new Promise<string>((resolve, reject) => {
      const sent = request(this.url + path, { method, ca: this.#ca, headers }, (reply) => {
        const isGood = (reply.statusCode ?? 500) < 300 || (method !== 'PATCH' && reply.statusCode === 404)
        text(reply).then((all) => resolve(isGood ? '' : all), reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
    if (said !== '') throw new Error(`${method} ${path}: ${said}`)
  }

  #path(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  async #prepare(): Promise<void> {
    await mkdir(this.#path('certificates'))
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    })
    await writeFile(this.#path('accounts.pub'), publicKey)
    await writeFile(this.#path('accounts.key'), privateKey)
    const subject = ['-subj', '/CN=clients of the tests']
    await certify([...subject, '-keyout', this.#path('clients.key'), '-out', this.#path('clients.crt')])
    await writeFile(this.#path('tokens.csv'), `${ADMIN_TOKEN},admin,admin,system:masters\n`)
  }

  async #ready(): Promise<void> {
    const endMs = performance.now() + READY_MS
    for (;;) {
      this.#etcd?.check()
      this.#apiServer?.check()
      try {
        this.#ca = await readFile(this.authority, 'utf8')
        const { status, body } = await this.get('/readyz')
        for await (const _ of body);
        if (status === 200) return
      } catch (error) {
        if (performance.now() > endMs) throw error
      }
      if (performance.now() > endMs) throw new Error('kube-apiserver is not ready')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function pathOf({ apiVersion, kind, metadata }: ApiObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const inside = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  return `${root}${inside}/${kind.toLowerCase()}s/${metadata.name}`
}

/** A new key and a certificate for it, signed by itself unless told otherwise. */
async function certify(args: readonly string[]): Promise<void> {
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await run('openssl', ['req', '-x509', ...newKey, ...args])
}
