/** What is said of names that are not what their services are called. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCorefile } from '@zonecast/corefile'
import { nameFromText, TYPE, typeFromText } from '@zonecast/dns'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Explainer } from '../../apps/zonecast/src/check/explainer.ts'

const OBJECTS = `
apiVersion: v1
kind: Namespace
metadata: { name: demo }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: demo, annotations: { zonecast.dev/name: "c1.nginx, *.apps" } }
spec: { clusterIP: 10.96.0.1, ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: Foo_Bar, namespace: demo }
spec: { clusterIP: 10.96.0.2 }
---
apiVersion: v1
kind: Service
metadata: { name: foo-bar, namespace: demo }
spec: { clusterIP: 10.96.0.3 }
---
apiVersion: v1
kind: Service
metadata: { name: old, namespace: demo, labels: { hidden: "yes" }, annotations: { zonecast.dev/name: x.gone } }
spec: { clusterIP: 10.96.0.4 }
`

const NAMESAKE = `
apiVersion: v1
kind: Namespace
metadata: { name: svc }
---
apiVersion: v1
kind: Service
metadata: { name: demo, namespace: svc }
spec: { clusterIP: 10.96.0.5 }
`

const COREFILE = `
names.local {
    kubernetes {
        manifests cluster.yaml
        labels "hidden!=yes"
        names {service}.{namespace}.{zone} {service}.{namespace}.svc.{zone}
        wildcards zone
        namespace_records txt
        namespace_records dnssd limit 7
    }
}
`

let directory = ''
let explainer: Explainer

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zonecast-explain-'))
  await writeFile(join(directory, 'cluster.yaml'), OBJECTS)
  explainer = await Explainer.open(parseCorefile(COREFILE, { file: join(directory, 'Corefile') }), () => {})
})

afterAll(() => rm(directory, { recursive: true }))

test.each<[string, string, RegExp]>([
  [
    'nginx.demo',
    'A',
    /exists without data, as the name "c1\.nginx", which Service demo\/web \(.*\) asks for, lies below it/,
  ],
  ['nginx.demo.svc', 'A', /the name "c1\.nginx", which Service demo\/web/],
  ['apps.demo', 'A', /the name "\*\.apps", which Service demo\/web/],
  ['_tcp.c1.nginx.demo', 'A', /as names of ports lie below it/],
  ['_udp.demo', 'A', /as what "namespace_records dnssd" lists lies below it/],
  ['_dns-sd._udp.demo', 'A', /as what "namespace_records dnssd" lists lies below it/],
  ['foo-bar.demo', 'A', /Service demo\/Foo_Bar .*"Foo_Bar" is no DNS label.* 10\.96\.0\.2\n {2,}its ClusterIP/s],
  [
    '*nginx*.demo',
    'SRV',
    /SRV 0 100 80 web\.demo\.names\.local\.\n {2,}port "http" \(80\) of the service.* of Service demo\/web/,
  ],
  [
    'demo',
    'TXT',
    /read as what "namespace_records txt" lists of namespace "demo".*names of its services, by "namespace_records txt limit 100"/s,
  ],
  [
    '_services._dns-sd._udp.demo',
    'PTR',
    /read as what "namespace_records dnssd" lists of namespace "demo".*of ports, by "namespace_records dnssd limit 7"/s,
  ],
  ['dns-version', 'TXT', /read as a fixed name, which every zone has.*a fixed record/s],
  ['gone.demo', 'A', /does not exist/],
  ['pod', 'A', /exists without data, as it does in every zone/],
])('%s %s', async (name, type, expected) => {
  const { lines } = await explainer.explain(nameFromText(`${name}.names.local`), typeFromText(type) ?? TYPE.A)
  expect(lines.join('\n')).toMatch(expected)
})

test('the TXT record of a namespace, where a service goes before it', async () => {
  const told: string[] = []
  const text = COREFILE.replace(/names (\S+) (\S+)/, 'names $2 $1')
  const configuration = parseCorefile(text, { file: join(directory, 'Corefile') })
  await writeFile(join(directory, 'cluster.yaml'), `${OBJECTS}---\n${NAMESAKE}`)
  const other = await Explainer.open(configuration, (warning) => told.push(warning))
  const { lines } = await other.explain(nameFromText('demo.svc.names.local'), TYPE.TXT)
  expect(lines.join('\n')).toMatch(
    /the TXT record of namespace "demo" would stand here, but the service goes before it/,
  )
  expect(told).toContain(
    'namespace demo: the name of its TXT record, "demo.svc", is that of service svc/demo, which goes before',
  )
})
