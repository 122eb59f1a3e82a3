/**
 * What explains a name never contradicts what answers it: for any cluster and options both say the same exists, each
 * record has its reason, and what does not exist has one.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCorefile } from '@zonecast/corefile'
import { nameFromText, RCODE, rcodeToText, TYPE, typeFromText } from '@zonecast/dns'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Explainer } from '../../apps/zonecast/src/check/explainer.ts'
import { randomCluster } from './random-cluster.ts'
import { createResponders, type Responder } from './responder.ts'
import { ask, CLUSTER, corefile } from './rows.ts'

const OPTIONS = [
  '',
  'noendpoints',
  'endpoint_pod_names',
  'pods insecure',
  'pods verified',
  'ignore empty_service',
  'iporder external',
  'iporder external internal\nignore empty_service',
  'namespaces a b',
  'namespace_labels kubernetes.io/metadata.name in (a, c)',
  'labels app=web',
  'labels app=web\niporder external',
  'wildcards zone',
  'wildcards namespace search',
  'wildcards zone search\niporder external internal\nnames {service}.{namespace}.{zone}',
  'names {service}.{namespace}.{zone} {service}.{namespace}.svc.{zone}',
  'names {service}.{namespace}.{zone}',
  'names {service}.{namespace}.svc.{zone} {service}.k8s.{namespace}.x.{zone}',
  'namespaces a\nnames {service}.{zone} {service}.{namespace}.svc.{zone}',
]

const services = fc.constantFrom('s', 't', 'u', 'known', 'nope', '*', 'any', 'k*', '?', 'now')
const namespaces = fc.constantFrom('a', 'b', 'c', 'd', '*')
const hosts = fc.constantFrom('h-0', 'h-1', 'p-0', '10-0-0-1', '10-0-1-1', 'fd00--1', 'x', '*')
const ports = fc.constantFrom('_http._tcp', '_dns._udp', '_x._tcp', '_tcp', '_sctp', '_x._y', 'http.tcp', 'a.b.c')
const below = fc.oneof(
  fc.constant(''),
  fc.oneof(hosts, ports).map((label) => `${label}.`),
)
const reverse = fc.constantFrom('1.0.0.10', '2.0.96.10', '1.2.0.192', '2.2.0.192', '0.10', '9.9.9.9', 'x')
const labels = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(below, services, namespaces).map(([host, ...names]) => `${host}${names.join('.')}.svc`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(below, services, namespaces).map(([host, ...names]) => `${host}${names.join('.')}`),
  },
  { weight: 1, arbitrary: fc.tuple(services, namespaces).map((names) => `${names.join('.k8s.')}.x`) },
  { weight: 1, arbitrary: fc.tuple(below, services).map((names) => names.join('')) },
  { weight: 1, arbitrary: namespaces.map((name) => `${name}.svc`) },
  { weight: 2, arbitrary: fc.tuple(hosts, namespaces).map(([host, name]) => `${host}.${name}.pod`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'svc',
      'pod',
      'a.pod',
      'd.pod',
      'dns',
      'ns.dns',
      'x.dns',
      'dns-version',
      'foo',
      'a.foo',
      'x.y.a.pod',
    ),
  },
)
const names = fc.oneof(
  { weight: 4, arbitrary: labels.map((name) => `${name}.cluster.local.`) },
  { weight: 1, arbitrary: reverse.map((name) => `${name}.in-addr.arpa.`) },
  { weight: 1, arbitrary: fc.constantFrom('cluster.local.', 'in-addr.arpa.', 'example.org.') },
)
const questions = fc.array(fc.tuple(names, fc.constantFrom('A', 'AAAA', 'SRV', 'PTR', 'TXT', 'SOA', 'ANY')), {
  minLength: 20,
  maxLength: 60,
})

test('for any cluster', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomCluster, fc.constantFrom(...OPTIONS), questions, (yaml, options, asked) =>
      checkAll(corefile(options), yaml, asked),
    ),
    { numRuns: 60 },
  )
})

test.each(OPTIONS)('for the cluster of the other tests: %s', { timeout: 60_000 }, async (options) => {
  const zone = '.cluster.local.'
  const names = ['web.shop', 'lb.shop', 'pending.shop', 'db.data', 'none.data', 'bare.data', 'nope.shop', 'web.nope']
  const asked = names.flatMap((name) =>
    ['', 'x.', '_http._tcp.', '_no._tcp.'].map((host) => [`${host}${name}.svc${zone}`, 'A'] as const),
  )
  await checkAll(corefile(options), CLUSTER, asked)
})

async function checkAll(text: string, yaml: string, asked: readonly (readonly [string, string])[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'zonecast-explain-'))
  try {
    await writeFile(join(directory, 'cluster.yaml'), yaml)
    const configuration = parseCorefile(text, { file: join(directory, 'Corefile') })
    const explainer = await Explainer.open(configuration, () => {})
    const [responder] = await createResponders(text, yaml)
    for (const [name, type] of asked) await check(explainer, responder as Responder, name, type)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Reasons why something does not exist; not those why it has no data. */
const DENIALS =
  /^(?!it has ).*(there is no |is not shown|answers nothing|is hidden by|has no address|no endpoint of|has no port|spells no|runs at)/

async function check(explainer: Explainer, responder: Responder, name: string, type: string): Promise<void> {
  const { rcode, lines } = await explainer.explain(nameFromText(name), typeFromText(type) ?? TYPE.A)
  const reply = await ask(responder, name, type)
  const said = `${name} ${type}\n${lines.join('\n')}`
  expect(rcodeToText(rcode), said).toBe(reply.rcode)
  const [headline = '', ...rest] = lines
  const isDenied = headline.startsWith('does not exist')
  expect(isDenied, said).toBe(rcode === RCODE.NXDOMAIN && reply.answer.length === 0)
  expect(headline.startsWith('exists'), said).toBe(!isDenied && rcode !== RCODE.REFUSED)
  // The server block, how it is read, and why not.
  if (isDenied) {
    expect(rest.length, said).toBeGreaterThan(1)
    expect(said).not.toContain('longer than a name can be')
    expect(rest.at(-1), said).not.toMatch(/^read as/)
  } else
    expect(
      rest.filter((line) => DENIALS.test(line)),
      said,
    ).toEqual([])
  const records = rest.filter((line) => / IN [A-Z]+ /.test(line))
  // `ns.dns` has the addresses of the machine.
  if (!name.startsWith('ns.dns.')) expect(records.length, said).toBe(reply.answer.length)
  for (const record of records) expect(rest[rest.indexOf(record) + 1], said).toMatch(/^ {2}\S/)
}
