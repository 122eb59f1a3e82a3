/**
 * Where the API server is and how to prove who asks: the pod's service account, a kubeconfig, or an endpoint with
 * certificates. Kubeconfigs and certificates are the Kubernetes client's to read, and it is loaded only when there are any;
 * tokens in files, exec plugins and the requests are our own.
 *
 * The client is asked before each request, as tokens and certificates change under way. What it has remembered is
 * forgotten when its kubeconfig says something else, and when the server does not know us any more (`renew`).
 */

import { readFileSync } from 'node:fs'
import type { Agent } from 'node:http'
import type { RequestOptions } from 'node:https'
import { dirname, resolve } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { KubernetesError } from '../../errors.ts'
import { isObject } from '../../slim/field-reader.ts'
import { type ExecCredential, ExecPlugin, type ExecSettings } from './exec-plugin.ts'
import { TokenFile } from './token-file.ts'

export type ClusterAddress =
  /** `root`: a folder to be taken for the root of the file system; the real one when absent. */
  | { readonly kind: 'in-cluster'; readonly root?: string }
  | { readonly kind: 'kubeconfig'; readonly file: string; readonly context: string | undefined }
  | { readonly kind: 'endpoint'; readonly url: string; readonly tls: TlsFiles | undefined }

export interface TlsFiles {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

export interface TlsMaterial {
  readonly ca?: NonNullable<RequestOptions['ca']>
  readonly cert?: NonNullable<RequestOptions['cert']>
  readonly key?: NonNullable<RequestOptions['key']>
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

/** How one request is made. */
export interface Access {
  readonly headers: Readonly<Record<string, string>>
  readonly tls: TlsMaterial
  readonly proxy?: { readonly url: string; readonly agent: Agent } | undefined
}

export interface Credentials {
  /** URL without a slash at its end; `access` may find another one. */
  readonly server: string
  /** @throws KubernetesError bad-credentials */
  access(): Promise<Access>
  /** Reads everything anew. @throws KubernetesError bad-credentials, no-cluster */
  renew(): Promise<void>
}

interface Loaded {
  /** Of the kubeconfig, if there is one. */
  readonly text: string
  readonly config: KubeConfig
  readonly tokenFile: TokenFile | undefined
  readonly plugin: ExecPlugin | undefined
}

const NOTHING: Access = { headers: {}, tls: {} }
const PROBLEM_MAX = 300

/**
 * @param signal ends what is being asked
 * @throws KubernetesError bad-credentials, no-cluster
 */
export async function openCredentials(address: ClusterAddress, signal?: AbortSignal): Promise<Credentials> {
  if (address.kind === 'endpoint' && address.tls === undefined) {
    return { server: trimSlashes(address.url), access: async () => NOTHING, renew: async () => {} }
  }
  let loaded = await load(address, signal)
  // `kubectl config use-context` speaks to people, not to what runs already.
  const context = loaded.config.getCurrentContext()
  const same = address.kind === 'kubeconfig' ? { ...address, context } : address
  return {
    get server() {
      return trimSlashes(loaded.config.getCurrentCluster()?.server ?? '')
    },
    async access() {
      if (hasChanged(loaded, same)) loaded = await load(same, signal).catch(() => loaded)
      return await accessOf(loaded, same)
    },
    async renew() {
      loaded = await load(same, signal)
    },
  }
}

/** A kubeconfig that is not there, or cannot be read, counts as it was: it is being written. */
function hasChanged({ text }: Loaded, address: ClusterAddress): boolean {
  if (address.kind !== 'kubeconfig') return false
  try {
    return readFileSync(address.file, 'utf8') !== text
  } catch {
    return false
  }
}

async function load(address: ClusterAddress, signal: AbortSignal | undefined): Promise<Loaded> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  let tokenFile: string | undefined
  let text = ''
  try {
    if (address.kind === 'kubeconfig') text = readFileSync(address.file, 'utf8')
    tokenFile = fill(config, address)
  } catch (error) {
    throw error instanceof KubernetesError ? error : badCredentials(address, error)
  }
  // The client refuses a plain http server unless told not to verify, though there is nothing to verify.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  )
  return {
    text,
    config,
    tokenFile: tokenFile === undefined ? undefined : new TokenFile(tokenFile),
    plugin: address.kind === 'kubeconfig' ? takePlugin(config, address.file, signal) : undefined,
  }
}

/** @returns where the token is, when that is a file */
function fill(config: KubeConfig, address: ClusterAddress): string | undefined {
  switch (address.kind) {
    case 'in-cluster':
      if (!process.env['KUBERNETES_SERVICE_HOST'] || !process.env['KUBERNETES_SERVICE_PORT']) {
        throw new KubernetesError(
          'no-cluster',
          {},
          'this is no pod of a cluster; name the API server with "endpoint URL" or "kubeconfig FILE", or files with "manifests PATH"',
        )
      }
      config.loadFromCluster(address.root)
      return takeTokenFile(config)
    case 'endpoint':
      config.loadFromClusterAndUser(
        { name: 'endpoint', server: address.url, skipTLSVerify: false, ...(address.tls && { caFile: address.tls.ca }) },
        { name: 'endpoint', ...(address.tls && { certFile: address.tls.cert, keyFile: address.tls.key }) },
      )
      return undefined
    case 'kubeconfig':
      return fillFromFile(config, address.file, address.context)
  }
}

function fillFromFile(config: KubeConfig, file: string, context: string | undefined): string | undefined {
  config.loadFromFile(file)
  if (context !== undefined) config.setCurrentContext(context)
  const known = config.getContexts().map(({ name }) => JSON.stringify(name))
  const name = config.getCurrentContext()
  if (config.getContextObject(name) === null) {
    const found = name ? `has no context ${JSON.stringify(name)}` : 'names no current-context'
    throw new KubernetesError('bad-credentials', { file }, `${found}; it has ${known.join(', ') || 'none'}`)
  }
  const cluster = config.getCurrentCluster()
  if (cluster === null || !URL.canParse(cluster.server)) {
    const found = cluster === null ? 'a cluster that is not there' : `no URL: ${JSON.stringify(cluster.server)}`
    throw new KubernetesError('bad-credentials', { file }, `context ${JSON.stringify(name)} names ${found}`)
  }
  return tokenFileIn(file, config)
}

/** What the client calls a provider is one file. */
function takeTokenFile(config: KubeConfig): string | undefined {
  const provider: unknown = config.getCurrentUser()?.authProvider
  const settings = isObject(provider) ? provider['config'] : undefined
  const tokenFile = isObject(settings) ? settings['tokenFile'] : undefined
  if (typeof tokenFile !== 'string') return undefined
  config.users = config.users.map(({ authProvider: _, ...user }) => user)
  return tokenFile
}

/** The client passes over `tokenFile`. */
function tokenFileIn(file: string, config: KubeConfig): string | undefined {
  const user = config.getCurrentUser()
  const written: unknown = parse(readFileSync(file, 'utf8'))
  const users: unknown = isObject(written) ? written['users'] : undefined
  const entry: unknown = Array.isArray(users)
    ? users.find((one) => isObject(one) && one['name'] === user?.name)
    : undefined
  const settings = isObject(entry) ? entry['user'] : undefined
  const tokenFile = isObject(settings) ? settings['tokenFile'] : undefined
  return user?.token || typeof tokenFile !== 'string' ? undefined : resolve(dirname(file), tokenFile)
}

/** So that the client does not run it. */
function takePlugin(config: KubeConfig, file: string, signal: AbortSignal | undefined): ExecPlugin | undefined {
  const settings: ExecSettings | undefined = config.getCurrentUser()?.exec
  const cluster = config.getCurrentCluster()
  if (!settings || cluster === null) return undefined
  config.users = config.users.map(({ exec: _, ...user }) => user)
  const told = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'certificate-authority-data': cluster.caData,
  }
  return new ExecPlugin(settings, { file, cluster: told, signal })
}

async function accessOf({ config, tokenFile, plugin }: Loaded, address: ClusterAddress): Promise<Access> {
  const options: RequestOptions = {}
  let token: string | undefined
  let shown: ExecCredential | undefined
  try {
    await config.applyToHTTPSOptions(options)
    shown = await plugin?.credential()
    token = tokenFile?.read() ?? shown?.token
  } catch (error) {
    throw badCredentials(address, error)
  }
  const { ca, servername, rejectUnauthorized, agent } = options
  const { cert, key } = shown?.cert === undefined ? options : shown
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), String(value).trim()]],
    ),
  )
  if (typeof options.auth === 'string') headers['authorization'] = `Basic ${btoa(options.auth)}`
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  const proxy = config.getCurrentCluster()?.proxyUrl
  return {
    headers,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(servername !== undefined && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    },
    proxy: proxy && typeof agent === 'object' ? { url: proxy, agent } : undefined,
  }
}

function badCredentials(address: ClusterAddress, cause: unknown): KubernetesError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const problem = text.trim().split('\n', 1)[0]?.slice(0, PROBLEM_MAX) || 'the credentials cannot be read'
  if (address.kind !== 'kubeconfig') return new KubernetesError('bad-credentials', {}, problem, { cause })
  const isMissing = cause instanceof Error && 'path' in cause && cause.path === address.file
  const what = isMissing ? `the kubeconfig cannot be read (${'code' in cause ? cause.code : problem})` : problem
  return new KubernetesError('bad-credentials', { file: address.file }, what, { cause })
}

function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '')
}
