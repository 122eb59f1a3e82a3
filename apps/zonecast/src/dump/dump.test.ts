import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dump } from './dump.ts'

const COREFILE = `
. {
    kubernetes cluster.local 10.0.0.0/8 fd00::/16 {
        manifests cluster.yaml
        pods verified
        ttl 30
    }
}
`

const MANIFESTS = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  clusterIPs: [10.96.0.1, "fd00:96::1"]
  ports: [{ name: http, port: 80 }, { port: 9 }]
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: None, ports: [{ name: sql, port: 5432 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, namespace: shop, labels: { kubernetes.io/service-name: db } }
addressType: IPv4
ports: [{ name: sql, port: 5432 }]
endpoints: [{ addresses: [10.244.0.1], hostname: db-0 }, { addresses: [10.244.0.2] }]
---
apiVersion: v1
kind: Service
metadata: { name: out, namespace: shop }
spec: { type: ExternalName, externalName: example.org }
---
apiVersion: v1
kind: Pod
metadata: { name: p, namespace: shop }
status: { phase: Running, podIPs: [{ ip: 10.244.0.1 }, { ip: "fd00:244::" }] }
`

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'zonecast-dump-'))
  writeFileSync(join(directory, 'Corefile'), COREFILE)
  writeFileSync(join(directory, 'cluster.yaml'), MANIFESTS)
})
afterAll(() => rmSync(directory, { recursive: true }))

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      out += String(chunk)
      done()
    },
  })
  const code = await dump(['-conf', join(directory, 'Corefile'), ...args], {
    stdout,
    stderr: { write: (text) => (err += text) },
  })
  return { code, out, err }
}

const hasCheckers = ['named-checkzone', 'nsd-checkzone'].every((name) => spawnSync(name, ['-h']).error === undefined)

describe('zonecast dump', () => {
  test('prints one zone', async () => {
    const { code, out, err } = await run('Cluster.Local.')
    expect([code, err]).toEqual([0, ''])
    const [soa, ns, ...rest] = out.trimEnd().split('\n')
    expect(soa).toMatch(
      /^cluster\.local\. 30 IN SOA ns\.dns\.cluster\.local\. hostmaster\.cluster\.local\. \d+ 7200 1800 86400 30$/,
    )
    expect(ns).toBe('cluster.local. 30 IN NS ns.dns.cluster.local.')
    expect(rest[0]).toMatch(/^ns\.dns\.cluster\.local\. 30 IN A+ /)
    expect(rest.filter((line) => !line.startsWith('ns.dns.'))).toEqual([
      'dns-version.cluster.local. 28800 IN TXT "1.1.0"',
      '10-244-0-1.shop.pod.cluster.local. 30 IN A 10.244.0.1',
      'fd00-244--0.shop.pod.cluster.local. 30 IN AAAA fd00:244::',
      'db.shop.svc.cluster.local. 30 IN A 10.244.0.2',
      'db.shop.svc.cluster.local. 30 IN A 10.244.0.1',
      'db.shop.svc.cluster.local. 30 IN SRV 0 50 5432 10-244-0-2.db.shop.svc.cluster.local.',
      'db.shop.svc.cluster.local. 30 IN SRV 0 50 5432 db-0.db.shop.svc.cluster.local.',
      '10-244-0-2.db.shop.svc.cluster.local. 30 IN A 10.244.0.2',
      '10-244-0-2.db.shop.svc.cluster.local. 30 IN SRV 0 100 5432 10-244-0-2.db.shop.svc.cluster.local.',
      '_sql._tcp.db.shop.svc.cluster.local. 30 IN A 10.244.0.2',
      '_sql._tcp.db.shop.svc.cluster.local. 30 IN A 10.244.0.1',
      '_sql._tcp.db.shop.svc.cluster.local. 30 IN SRV 0 50 5432 10-244-0-2.db.shop.svc.cluster.local.',
      '_sql._tcp.db.shop.svc.cluster.local. 30 IN SRV 0 50 5432 db-0.db.shop.svc.cluster.local.',
      'db-0.db.shop.svc.cluster.local. 30 IN A 10.244.0.1',
      'db-0.db.shop.svc.cluster.local. 30 IN SRV 0 100 5432 db-0.db.shop.svc.cluster.local.',
      'out.shop.svc.cluster.local. 30 IN CNAME example.org.',
      'web.shop.svc.cluster.local. 30 IN A 10.96.0.1',
      'web.shop.svc.cluster.local. 30 IN AAAA fd00:96::1',
      'web.shop.svc.cluster.local. 30 IN SRV 0 25 80 web.shop.svc.cluster.local.',
      'web.shop.svc.cluster.local. 30 IN SRV 0 25 9 web.shop.svc.cluster.local.',
      '_http._tcp.web.shop.svc.cluster.local. 30 IN A 10.96.0.1',
      '_http._tcp.web.shop.svc.cluster.local. 30 IN AAAA fd00:96::1',
      '_http._tcp.web.shop.svc.cluster.local. 30 IN SRV 0 50 80 web.shop.svc.cluster.local.',
    ])
  })

  test('prints all zones, one after the other', async () => {
    const { out } = await run()
    const apexes = out.match(/^\S+(?= 30 IN SOA)/gm)
    expect(apexes).toEqual(['cluster.local.', '10.in-addr.arpa.', '0.0.d.f.ip6.arpa.'])
    expect(out).toContain('\n1.0.244.10.in-addr.arpa. 30 IN PTR db-0.db.shop.svc.cluster.local.\n')
  })

  test.skipIf(!hasCheckers)(
    'writes files that BIND and NSD load (named-checkzone and nsd-checkzone needed)',
    async () => {
      const { code, out } = await run('-o', join(directory, 'zones'))
      expect(code).toBe(0)
      const files = ['cluster.local.zone', '10.in-addr.arpa.zone', '0.0.d.f.ip6.arpa.zone']
      expect(out.trimEnd().split('\n')).toEqual(files.map((file) => join(directory, 'zones', file)))
      expect(readdirSync(join(directory, 'zones')).sort()).toEqual(files.sort())
      for (const file of files) {
        const [zone, path] = [file.replace(/\.zone$/, ''), join(directory, 'zones', file)]
        expect(readFileSync(path, 'utf8')).toContain(' IN SOA ')
        expect(execFileSync('named-checkzone', ['-i', 'local', zone, path]).toString()).toMatch(/OK\n$/)
        expect(execFileSync('nsd-checkzone', [zone, path]).toString()).toBe(`zone ${zone} is ok\n`)
      }
    },
  )

  test.skipIf(!existsSync('/proc/self'))(
    'ends where the folder for its files cannot be made (skipped where there is no /proc)',
    async () => {
      const { code, err } = await run('-o', '/proc/zonecast/zones')
      expect(code).toBe(1)
      expect(err).toContain("mkdir '/proc/zonecast'")
    },
  )

  test('says which zones there are when it has not the one asked for', async () => {
    await expect(run('cluster.loca')).rejects.toThrow(
      'no zone "cluster.loca"; there are cluster.local. 10.in-addr.arpa. 0.0.d.f.ip6.arpa.',
    )
  })

  test('tells what is wrong with the manifests', async () => {
    writeFileSync(join(directory, 'broken.yaml'), 'kind: Service\nmetadata: [')
    writeFileSync(join(directory, 'broken'), COREFILE.replace('cluster.yaml', 'broken.yaml'))
    const { code, out, err } = await run('-conf', join(directory, 'broken'))
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(join(directory, 'broken.yaml'))
  })

  test('tells why it cannot read from an API server', async () => {
    writeFileSync(join(directory, 'watching'), COREFILE.replace('manifests cluster.yaml', 'kubeconfig /k'))
    const { code, err } = await run('-conf', join(directory, 'watching'))
    expect(code).toBe(1)
    expect(err).toContain('/k: the kubeconfig cannot be read')
    // Where nothing could ever come, nothing is waited for.
    const patient = COREFILE.replace('manifests cluster.yaml', 'kubeconfig /k\n startup_timeout 1h')
    writeFileSync(join(directory, 'patient'), patient)
    const program = join(import.meta.dirname, '../../bin/zonecast.js')
    const ended = spawnSync(process.execPath, [program, 'dump', '-conf', join(directory, 'patient')], {
      timeout: 60_000,
    })
    expect(ended.status).toBe(1)
  })
})
