/** `zonecast serve` as the pod that it is meant to be: the account of the pod, whose token is renewed and whose old one is refused. */

import { Resolver } from 'node:dns/promises'
import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../libs/feed/src/testing/redis-server.ts'
import { Cluster } from './cluster.ts'
import { namespace, service } from './objects.ts'
import { hasMountNamespaces, PodAccount } from './pod-account.ts'
import type { Program } from './program.ts'

const SOON = { timeout: 60_000, interval: 100 }
const roles = join(import.meta.dirname, '../../infra/kubernetes/rbac.yaml')

describe.skipIf(!hasMountNamespaces)('the account of the pod (mount namespaces needed)', () => {
  let cluster: Cluster
  let running: Program | undefined

  beforeAll(async () => {
    cluster = await Cluster.start()
    await cluster.kubectl(['apply', '-f', roles])
    await cluster.put(namespace('shop'))
    await cluster.put(service('shop', 'web'))
  })
  afterAll(() => cluster?.stop())
  afterEach(() => running?.stop())

  /** A token that counts for as long as the secret is there, as those of pods do for as long as the pod is. */
  const tokenOf = async (secret: string): Promise<string> => {
    await cluster.kubectl(['create', 'secret', 'generic', secret, '-n', 'zonecast'])
    const bound = ['--bound-object-kind=Secret', `--bound-object-name=${secret}`]
    return (await cluster.kubectl(['create', 'token', 'zonecast', '-n', 'zonecast', ...bound])).trim()
  }

  const statusWith = (token: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = { rejectUnauthorized: false, headers: { authorization: `Bearer ${token}` }, agent: false }
      const sent = request(`${cluster.url}/api/v1/services`, options, (reply) => {
        reply.resume()
        resolve(reply.statusCode ?? 0)
      })
      sent.on('error', reject)
      sent.end()
    })

  /** From now on the API server refuses the token, and a watch that it allowed has ended. */
  const revoke = async (secret: string, token: string): Promise<void> => {
    await cluster.kubectl(['delete', 'secret', secret, '-n', 'zonecast'])
    await cluster.stopApiServer()
    await cluster.startApiServer()
    await expect.poll(() => statusWith(token), SOON).toBe(401)
  }

  it.each(['node', 'bun'] as const)('is what serve watches by, on %s', async (runtime) => {
    const account = new PodAccount(cluster, await folder(runtime))
    const [first, second, third] = [`${runtime}-1`, `${runtime}-2`, `${runtime}-3`]
    const tokens = { first: await tokenOf(first), second: await tokenOf(second), third: await tokenOf(third) }
    await account.renew(tokens.first)

    const port = await freePort()
    const corefile = join(cluster.folder, `${runtime}.corefile`)
    await writeFile(corefile, `.:${port} {\n bind 127.0.0.1\n kubernetes cluster.local\n}\n`)
    running = account.start(runtime, ['serve', '-conf', corefile])
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([`127.0.0.1:${port}`])
    const isKnown = async (name: string): Promise<boolean | string> => {
      running?.check()
      try {
        return (await resolver.resolve4(`${name}.shop.svc.cluster.local`)).length === 1
      } catch (error) {
        return String(error)
      }
    }
    await expect.poll(() => isKnown('web'), SOON).toBe(true)

    // Renewed in good time: nobody notices that the old one counts no more.
    await account.renew(tokens.second)
    await revoke(first, tokens.first)
    await cluster.put(service('shop', second))
    await expect.poll(() => isKnown(second), SOON).toBe(true)
    expect(running.output).not.toContain('does not know us')

    // Renewed too late: answers go on, and so does the watch once the new one is there.
    await revoke(second, tokens.second)
    await expect.poll(() => running?.output, SOON).toContain('the API server does not know us (Unauthorized)')
    await cluster.put(service('shop', third))
    expect(await isKnown(second)).toBe(true)
    await account.renew(tokens.third)
    await expect.poll(() => isKnown(third), SOON).toBe(true)
    expect(running.output).not.toContain(tokens.third)
  })

  async function folder(name: string): Promise<string> {
    const path = join(cluster.folder, `pod-${name}`)
    await mkdir(path, { recursive: true })
    return path
  }
})
