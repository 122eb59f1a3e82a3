import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { KubernetesError } from '../../errors.ts'
import { type ClusterAddress, openCredentials } from './credentials.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zonecast-credentials-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

async function kubeconfig(user: object, cluster: object = {}, context?: string): Promise<ClusterAddress> {
  const config = {
    clusters: [
      { name: 'one', cluster: { server: 'https://one.example:6443/', ...cluster } },
      { name: 'two', cluster: { server: 'http://two.example:8080' } },
    ],
    users: [{ name: 'me', user }],
    contexts: [
      { name: 'first', context: { cluster: 'one', user: 'me' } },
      { name: 'second', context: { cluster: 'two', user: 'me' } },
      { name: 'broken', context: { cluster: 'none', user: 'me' } },
    ],
    'current-context': 'first',
  }
  return { kind: 'kubeconfig', file: await write('config', JSON.stringify(config)), context }
}

async function fault(address: ClusterAddress): Promise<KubernetesError> {
  const error = await openCredentials(address).then(
    (credentials) => credentials.access(),
    (reason: unknown) => reason,
  )
  if (error instanceof KubernetesError) return error
  throw new Error('nothing was wrong')
}

const pem = (text: string) => Buffer.from(text).toString('base64')

describe('a kubeconfig', () => {
  test('that is not there is named as what it is', async () => {
    const { message } = await fault({ kind: 'kubeconfig', file: '/none/here', context: undefined })
    expect(message).toBe('/none/here: the kubeconfig cannot be read (ENOENT)')
  })

  test('gives server, authority, certificate and token', async () => {
    const user = { token: 'secret\n', 'client-certificate-data': pem('CERT'), 'client-key-data': pem('KEY') }
    const cluster = { 'certificate-authority-data': pem('CA'), 'tls-server-name': 'api.example' }
    const credentials = await openCredentials(await kubeconfig(user, cluster))
    expect(credentials.server).toBe('https://one.example:6443')
    expect(await credentials.access()).toEqual({
      headers: { authorization: 'Bearer secret' },
      tls: { ca: Buffer.from('CA'), cert: Buffer.from('CERT'), key: Buffer.from('KEY'), servername: 'api.example' },
      proxy: undefined,
    })
  })

  test('may name another context, and a server without TLS', async () => {
    const credentials = await openCredentials(await kubeconfig({ token: 'secret' }, {}, 'second'))
    expect(credentials.server).toBe('http://two.example:8080')
    expect((await credentials.access()).headers).toEqual({ authorization: 'Bearer secret' })
  })

  test('may have name and password, and whom to be', async () => {
    const { access } = await openCredentials(await kubeconfig({ username: 'me', password: 'pass', as: 'other' }))
    expect((await access()).headers).toEqual({ authorization: `Basic ${pem('me:pass')}`, 'impersonate-user': 'other' })
  })

  test('may name a proxy', async () => {
    const { access } = await openCredentials(await kubeconfig({}, { 'proxy-url': 'http://proxy.example:3128' }))
    expect((await access()).proxy?.url).toBe('http://proxy.example:3128')
  })

  test('may name a file with the token, which is read for each request', async () => {
    await write('token', 'old\n')
    const { access } = await openCredentials(await kubeconfig({ tokenFile: 'token' }))
    expect((await access()).headers).toEqual({ authorization: 'Bearer old' })
    await write('token', 'new\n')
    expect((await access()).headers).toEqual({ authorization: 'Bearer new' })
  })

  test('with an empty token file sends nobody, and says so', async () => {
    const empty = await write('empty', '')
    const { access } = await openCredentials(await kubeconfig({ tokenFile: 'empty' }))
    const problem = `the token file ${empty} is empty`
    await expect(access()).rejects.toMatchObject({ code: 'bad-credentials', problem })
  })

  test('may name a plugin, which is told what kubectl tells it', async () => {
    const plugin = await write(
      'plugin',
      `#!/bin/sh
set -e
case $KUBERNETES_EXEC_INFO in *'"interactive":false'*'"server":"https://one.example:6443'*) ;; *) exit 1 ;; esac
printf '{"kind":"ExecCredential","status":{"token":"from-%s"}}' "$1"
`,
    )
    await chmod(plugin, 0o755)
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: plugin,
      args: ['plugin'],
      provideClusterInfo: true,
    }
    const { access } = await openCredentials(await kubeconfig({ exec }))
    expect((await access()).headers).toEqual({ authorization: 'Bearer from-plugin' })
  })

  test('with a plugin that fails says what the plugin says', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', 'echo no login >&2; exit 1'],
    }
    const { access } = await openCredentials(await kubeconfig({ exec }))
    await expect(access()).rejects.toMatchObject({
      code: 'bad-credentials',
      problem: 'the plugin "sh" ended with 1: no login',
    })
  })

  test.each([
    ['a context that is not there', {}, 'third', 'has no context "third"; it has "first", "second", "broken"'],
    ['a cluster that is not there', {}, 'broken', 'context "broken" names a cluster that is not there'],
    ['no server', { server: 'nowhere' }, undefined, 'context "first" names no URL: "nowhere"'],
  ])('with %s is refused', async (_name, cluster, context, problem) => {
    expect(await fault(await kubeconfig({}, cluster, context))).toMatchObject({ code: 'bad-credentials', problem })
  })

  test('that is not there, or no kubeconfig, names its file', async () => {
    const missing = join(folder, 'missing')
    const error = await fault({ kind: 'kubeconfig', file: missing, context: undefined })
    expect(error).toMatchObject({ code: 'bad-credentials', place: { file: missing } })
    const text = await write('text', 'a: [')
    expect(await fault({ kind: 'kubeconfig', file: text, context: undefined })).toMatchObject({ place: { file: text } })
    const list = await write('list', '[]')
    expect(await fault({ kind: 'kubeconfig', file: list, context: undefined })).toMatchObject({
      code: 'bad-credentials',
    })
  })

  test('that is written anew counts from the next request on, for the same context', async () => {
    const credentials = await openCredentials(await kubeconfig({ token: 'old' }))
    const config = { server: 'https://moved.example', 'certificate-authority-data': pem('NEW CA') }
    const address = await kubeconfig({ token: 'new' }, config)
    const access = { headers: { authorization: 'Bearer new' }, tls: { ca: Buffer.from('NEW CA') } }
    expect(await credentials.access()).toMatchObject(access)
    expect(credentials.server).toBe('https://moved.example')
    if (address.kind !== 'kubeconfig') throw new Error('no file')
    const text = await readFile(address.file, 'utf8')
    for (const torn of ['', text.slice(0, 200), text.replace('"first"', '"other"')]) {
      await write('config', torn)
      expect(await credentials.access()).toMatchObject(access)
    }
    await write('config', text.replace('"current-context":"first"', '"current-context":"second"'))
    expect(await credentials.access()).toMatchObject(access)
    expect(credentials.server).toBe('https://moved.example')
  })

  test('with a certificate that is not there is told when it is used', async () => {
    const { access } = await openCredentials(await kubeconfig({ 'client-certificate': 'missing.crt' }))
    await expect(access()).rejects.toMatchObject({ code: 'bad-credentials' })
  })
})

describe('an endpoint', () => {
  test('may need nothing', async () => {
    const { server, access } = await openCredentials({
      kind: 'endpoint',
      url: 'http://localhost:8080/',
      tls: undefined,
    })
    expect([server, await access()]).toEqual(['http://localhost:8080', { headers: {}, tls: {} }])
  })

  test('may have certificates, which are read again each time', async () => {
    const tls = { ca: await write('ca', 'CA'), cert: await write('cert', 'CERT'), key: await write('key', 'KEY') }
    const { access } = await openCredentials({ kind: 'endpoint', url: 'https://localhost:6443', tls })
    expect((await access()).tls).toEqual({ ca: Buffer.from('CA'), cert: Buffer.from('CERT'), key: Buffer.from('KEY') })
    await write('cert', 'RENEWED')
    expect((await access()).tls.cert).toEqual(Buffer.from('RENEWED'))
  })
})

describe('the account of the pod', () => {
  test('is not there outside of a cluster', async () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined)
    const error = await fault({ kind: 'in-cluster' })
    vi.unstubAllEnvs()
    expect(error.code).toBe('no-cluster')
    for (const way of ['endpoint URL', 'kubeconfig FILE', 'manifests PATH']) expect(error.message).toContain(way)
  })

  test('has its token and authority in files, which are read for each request', async () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.96.0.1')
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443')
    const mounted = 'var/run/secrets/kubernetes.io/serviceaccount'
    await mkdir(join(folder, mounted), { recursive: true })
    const { server, access } = await openCredentials({ kind: 'in-cluster', root: `${folder}/` })
    vi.unstubAllEnvs()
    expect(server).toBe('https://10.96.0.1:443')
    for (const round of ['first', 'second']) {
      await write(join(mounted, 'token'), `${round}-token`)
      await write(join(mounted, 'ca.crt'), `${round}-ca`)
      expect(await access()).toEqual({
        headers: { authorization: `Bearer ${round}-token` },
        tls: { ca: Buffer.from(`${round}-ca`) },
        proxy: undefined,
      })
    }
  })

  test('is that of a cluster by IPv6 too', async () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', 'fd00::1')
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443')
    const { server } = await openCredentials({ kind: 'in-cluster' })
    vi.unstubAllEnvs()
    expect(server).toBe('https://[fd00::1]:443')
  })
})
