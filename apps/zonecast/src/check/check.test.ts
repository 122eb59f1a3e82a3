import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../command-line.ts'
import { check } from './check.ts'

const MANIFESTS = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.7, externalIPs: [192.0.2.7], ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: away, namespace: shop }
spec: { type: ExternalName, externalName: web.shop.svc.cluster.local }
---
apiVersion: v1
kind: Service
metadata: { name: lost, namespace: shop }
spec: { type: ExternalName, externalName: gone.shop.svc.cluster.local }
`
const COREFILE = `cluster.local in-addr.arpa {
    kubernetes {
        manifests cluster.yaml
        iporder external internal
        pods insecure
        fallthrough in-addr.arpa
    }
    loadbalance off
    whoami
}
second.example {
    kubernetes {
        manifests cluster.yaml
        namespaces other
    }
}
third.example {
    kubernetes {
        manifests cluster.yaml
        wildcards zone search allow 10.0.0.0/8
    }
    loadbalance off
}
`

describe('check', () => {
  let directory: string
  const run = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const io = {
      stdout: { write: (text: string) => out.push(text) },
      stderr: { write: (text: string) => err.push(text) },
    }
    const code = await check(['-conf', join(directory, 'Corefile'), ...args], io)
    const plain = (texts: string[]) => texts.join('').replaceAll(`${directory}/`, '')
    return { code, out: plain(out), err: plain(err) }
  }
  /** The lines behind the question. */
  const explained = async (...args: string[]) => {
    const { code, out } = await run('-explain', ...args)
    expect(code).toBe(0)
    return out
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.slice(2))
  }

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'zonecast-check-'))
    writeFileSync(join(directory, 'cluster.yaml'), MANIFESTS)
    writeFileSync(join(directory, 'Corefile'), COREFILE)
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  test('what a kubeconfig says is not told', async () => {
    const cluster = { server: 'http://shop:hunter2@127.0.0.1:1' }
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'a', cluster }],
      users: [{ name: 'a', user: { token: 'hunter2' } }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      'current-context': 'a',
    }
    writeFileSync(join(directory, 'kubeconfig'), JSON.stringify(kubeconfig))
    const corefile = join(directory, 'Corefile.api')
    const stanza = `kubeconfig ${join(directory, 'kubeconfig')}`
    writeFileSync(corefile, `cluster.local {\n kubernetes {\n ${stanza}\n }\n}\n`)
    for (const args of [[], ['--explain', 'web.shop.svc.cluster.local']]) {
      const { out, err } = await run('-conf', corefile, ...args)
      expect(out + err).not.toContain('hunter2')
      if (args.length > 0) expect(err).toContain('zonecast: API server http://***@127.0.0.1:1: ')
    }
  })

  test('says what each stanza makes of its manifests', async () => {
    const { code, out, err } = await run()
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`kubernetes at Corefile:2, with the objects as they are now
  shows 1 of 1 namespace and 3 of 3 services: 5 names
  "iporder external internal" publishes external addresses of 1 service
kubernetes at Corefile:12, with the objects as they are now
  shows 0 of 1 namespace and 0 of 3 services: 1 name
  "namespaces other" hides 1 namespace with 3 services
`)
  })

  test('warns of names that the format of a feed has no words for', async () => {
    writeFileSync(
      join(directory, 'asks.yaml'),
      MANIFESTS.replace('{ name: web,', '{ name: web, annotations: { zonecast.dev/name: c1.web },'),
    )
    const corefile = join(directory, 'Corefile.format')
    for (const [format, warning] of [
      [1, 'warning: service shop/web: format 1 of the feed has no words for the name "c1.web"; it is not published\n'],
      [2, ''],
    ] as const) {
      const feed = `feed redis://127.0.0.1 {\n format ${format}\n }`
      writeFileSync(corefile, `cluster.local {\n kubernetes {\n manifests asks.yaml\n }\n ${feed}\n}\n`)
      const { code, err } = await run('-conf', corefile)
      expect([code, err]).toEqual([0, warning])
    }
  })

  test('each record with its reason', async () => {
    expect(await explained('web.shop.svc.cluster.local')).toEqual([
      'exists: 2 records',
      'server block at Corefile:1, zone cluster.local. of the kubernetes stanza at line 2',
      'read as service "web" in namespace "shop", by "{service}.{namespace}.svc"',
      'Service shop/web (cluster.yaml:5), with a ClusterIP',
      'web.shop.svc.cluster.local. 5 IN A 192.0.2.7',
      '  one of its externalIPs, by "iporder external internal"',
      'web.shop.svc.cluster.local. 5 IN A 10.96.0.7',
      '  its ClusterIP, by "iporder external internal"',
    ])
  })

  test('a CNAME and what it leads to', async () => {
    expect((await explained('away.shop.svc.cluster.local.', 'A')).slice(3)).toEqual([
      'Service shop/away (cluster.yaml:10), an ExternalName service: a CNAME',
      'away.shop.svc.cluster.local. 5 IN CNAME web.shop.svc.cluster.local.',
      '  its externalName',
      'web.shop.svc.cluster.local. 5 IN A 192.0.2.7',
      '  of the CNAME before it, as this server answers it',
      'web.shop.svc.cluster.local. 5 IN A 10.96.0.7',
      '  of the CNAME before it, as this server answers it',
    ])
    const [headline] = await explained('lost.shop.svc.cluster.local')
    expect(headline).toBe('exists, but its CNAME leads to a name that does not (NXDOMAIN)')
  })

  test('no data, by type', async () => {
    expect(await explained('web.shop.svc.cluster.local', 'AAAA')).toContain('it has no IPv6 address')
    expect(await explained('web.shop.svc.cluster.local', 'MX')).toContain('services have no records of type MX')
    expect((await explained('10-0-0-1.shop.pod.cluster.local', 'AAAA')).at(-1)).toBe('its address is IPv4')
  })

  test('a question with wildcards', async () => {
    const read = 'nothing has just this name; "wildcards zone search" reads it as many, by "{service}.{namespace}.svc"'
    expect(await explained('*.*.svc.third.example')).toEqual([
      'exists: 1 record',
      'server block at Corefile:17, zone third.example. of the kubernetes stanza at line 18',
      read,
      'it matches Service shop/web (cluster.yaml:5)',
      'so for clients in 10.0.0.0/8; for others there are no wildcards',
      '*.*.svc.third.example. 5 IN A 10.96.0.7',
      '  its ClusterIP, of Service shop/web (cluster.yaml:5)',
    ])
    writeFileSync(
      join(directory, 'cluster.yaml'),
      MANIFESTS.replace('{ name: web,', '{ name: web, annotations: { zonecast.dev/name: c1.web },'),
    )
    expect((await explained('*web*.shop.svc.third.example'))[3]).toBe('it matches Service shop/web (cluster.yaml:5)')
    writeFileSync(join(directory, 'cluster.yaml'), MANIFESTS)
    expect((await explained('we.shop.svc.third.example', 'AAAA')).slice(2, 4)).toEqual([
      read,
      'nothing that it matches has data of this type',
    ])
    expect((await explained('x*.shop.svc.third.example')).at(-1)).toBe('"wildcards zone": nothing matches it')
    expect((await explained('*.shop.svc.cluster.local')).at(-1)).toBe(
      'wildcards in questions are off: "*" and "any" are labels like others',
    )
  })

  test('an address stands for its reverse name', async () => {
    expect((await explained('192.0.2.7')).slice(2)).toEqual([
      'read as the reverse name of 192.0.2.7',
      '7.2.0.192.in-addr.arpa. 5 IN PTR web.shop.svc.cluster.local.',
      '  an external address of Service shop/web (cluster.yaml:5)',
    ])
  })

  test('what falls through, and what nobody serves', async () => {
    expect((await explained('192.0.2.8')).slice(0, 4)).toEqual([
      'does not exist in its zone, and falls through to the next directive',
      'server block at Corefile:1, zone in-addr.arpa. of the kubernetes stanza at line 2',
      'read as the reverse name of 192.0.2.8',
      'no Service and no endpoint has the address 192.0.2.8',
    ])
    expect(await explained('example.org')).toEqual([
      'is not answered (REFUSED)',
      'no server block has a zone that holds it',
    ])
  })

  test('manifests that cannot be read are a warning, but nothing can be explained', async () => {
    const elsewhere = join(directory, 'elsewhere')
    writeFileSync(elsewhere, COREFILE.replaceAll('cluster.yaml', 'none.yaml'))
    const plain = await run('-conf', elsewhere)
    expect(plain.code).toBe(0)
    expect(plain.err).toContain('warning: ')
    expect(plain.err).toContain('none.yaml')
    const explaining = await run('-conf', elsewhere, '-explain', 'web.shop.svc.cluster.local')
    expect([explaining.code, explaining.out]).toEqual([1, ''])
    expect(explaining.err).toContain('none.yaml')
  })

  test('a Corefile with faults', async () => {
    const broken = join(directory, 'broken')
    writeFileSync(broken, 'cluster.local {\n kubernets\n}\n')
    expect(await run('-conf', broken)).toMatchObject({ code: 1, out: '' })
  })

  test.each([
    [['-explain', 'a..b'], '"a..b" is no name'],
    [['-explain', 'a.b', 'NOPE'], '"NOPE" is no type'],
    [['-explain', 'a.b', 'A', 'B'], 'unexpected argument "B"'],
    [['-explain'], '-explain wants a value'],
    [['surplus'], 'unexpected argument "surplus"'],
  ])('usage: %j', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(UsageError)
    await expect(run(...args)).rejects.toThrow(message)
  })

  test('help', async () => {
    const { code, out } = await run('-help')
    expect(code).toBe(0)
    expect(out).toContain('-explain NAME [TYPE]')
  })
})
