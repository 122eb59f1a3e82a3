/**
 * The same objects and the same questions to CoreDNS and to zonecast: rcode, answers and additional addresses are the same,
 * but for what `DIFFERENCES` lists. Runs where there is a CoreDNS.
 */
import { listNames } from '@zonecast/image'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Coredns, findCoredns, startCoredns } from './coredns.ts'
import { randomCluster } from './random-cluster.ts'
import type { Reply } from './reply.ts'
import { createResponders, type Responder } from './responder.ts'
import { ask, CLUSTER, corefile } from './rows.ts'

interface Pair {
  readonly name: string
  readonly type: string
  readonly ours: Reply
  readonly theirs: Reply
  /** The name, in any type, or one below it. */
  readonly exists: boolean
}

/** Where ANSWERS decides against what CoreDNS 1.14 does. */
const DIFFERENCES: Readonly<Record<string, (pair: Pair) => boolean>> = {
  'a name that exists in any type answers NODATA for the others': ({ ours, theirs, exists }) =>
    exists && isNodata(ours) && isEmpty(theirs, 'NXDOMAIN'),
  'a name that does not exist answers NXDOMAIN for SOA too': ({ type, ours, theirs, exists }) =>
    !exists && type === 'SOA' && isEmpty(ours, 'NXDOMAIN') && isNodata(theirs),
  'an external name answers its CNAME for every type, whatever the target has': ({ ours, theirs }) =>
    ours.answer.length > 0 && ours.answer.every((line) => line.includes(' IN CNAME ')) && isNodata(theirs),
  'a service without an address has no data, not an alias of the root': ({ ours, theirs }) =>
    isNodata(ours) && theirs.answer.length > 0 && theirs.answer.every((line) => line.endsWith(' IN CNAME .')),
  'nothing lies below an address, in reverse zones and among pods': ({ name, ours, exists }) =>
    !exists && /^x\..*(\.pod\.cluster\.local|arpa)\.$/.test(name) && isEmpty(ours, 'NXDOMAIN'),
  'pods have no SRV records': ({ name, type, ours }) =>
    type === 'SRV' && name.endsWith('.pod.cluster.local.') && isNodata(ours),
  'all addresses of a target are in additional, not only those whose port has a number': ({ type, ours, theirs }) =>
    type === 'SRV' &&
    sorted(ours.answer) === sorted(theirs.answer) &&
    theirs.additional.every((line) => ours.additional.includes(line)),
  'what no zone holds is refused': ({ ours, theirs }) => isEmpty(ours, 'REFUSED') && isEmpty(theirs, 'SERVFAIL'),
  'pods are found under any spelling of an IPv6 address': ({ name, theirs }) =>
    name === 'fd00-244--a.shop.pod.cluster.local.' && isEmpty(theirs, 'NXDOMAIN'),
}

const TYPES = ['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'TXT', 'SOA', 'MX']
const CASES = [
  '',
  'pods insecure',
  'pods verified',
  'endpoint_pod_names',
  'noendpoints',
  'namespaces shop',
  'ignore empty_service',
  'ttl 30',
  'labels app=web',
  'labels "app in (db), app notin (web)"',
  'labels !app',
  'namespace_labels team=front',
  'labels app\nnamespace_labels "team notin (front)"',
]

/** A name that has an address with these options, `dual.shop` with the others. */
const KNOWN: Readonly<Record<string, string>> = {
  'ignore empty_service': 'web.shop',
  'labels app=web': 'web.shop',
  'labels "app in (db), app notin (web)"': 'db.data',
  'labels app\nnamespace_labels "team notin (front)"': 'db.data',
}

const program = findCoredns()

describe.skipIf(program === undefined)('CoreDNS ($COREDNS, in PATH or where "go install" puts it)', () => {
  describe.each(CASES)('with "%s"', (options) => {
    let coredns: Coredns
    let zonecast: Responder
    beforeAll(async () => {
      const known = KNOWN[options] ?? 'dual.shop'
      coredns = await startCoredns(program ?? '', options, CLUSTER, `${known}.svc.cluster.local.`)
      zonecast = (await createResponders(corefile(options), CLUSTER))[0] as Responder
    }, 30_000)
    afterAll(() => coredns?.stop())

    test('answers the same, to every name there is and to names near them', async () => {
      expect(await unexplained(zonecast, coredns)).toEqual([])
    })
  })

  test('answers the same for any cluster', async () => {
    const anyOptions = fc.constantFrom('', 'endpoint_pod_names', 'ignore empty_service', 'namespaces a b')
    await fc.assert(
      fc.asyncProperty(randomCluster, anyOptions, async (manifests, options) => {
        const coredns = await startCoredns(program ?? '', options, manifests, '1.0.99.10.in-addr.arpa.')
        try {
          const [zonecast] = await createResponders(corefile(options), manifests)
          expect(await unexplained(zonecast as Responder, coredns)).toEqual([])
        } finally {
          await coredns.stop()
        }
      }),
      { numRuns: Number(process.env['CONFORMANCE_RUNS'] ?? 5), endOnFailure: true },
    )
  }, 600_000)
})

/** What differs and should not. */
async function unexplained(zonecast: Responder, coredns: Coredns): Promise<string[]> {
  const existing = existingNames(zonecast)
  const differences: string[] = []
  for (const name of nearNames(existing)) {
    for (const type of TYPES) {
      const [ours, theirs] = [await ask(zonecast, name, type), await coredns.ask(name, type)]
      if (text(ours) === text(theirs)) continue
      const pair = { name, type, ours, theirs, exists: existing.has(name) }
      if (Object.values(DIFFERENCES).some((explains) => explains(pair))) continue
      differences.push(`${name} ${type}: ${text(ours)}, CoreDNS ${text(theirs)}`)
    }
  }
  return differences
}

function isEmpty({ rcode, answer }: Reply, expected: string): boolean {
  return rcode === expected && answer.length === 0
}

function isNodata(reply: Reply): boolean {
  return isEmpty(reply, 'NOERROR')
}

/** Serials apart, and without regard to order. */
function text({ rcode, answer, additional }: Reply): string {
  return `${rcode} [${sorted(answer)}] [${sorted(additional)}]`
}

function sorted(records: readonly string[]): string {
  const alike = records.map((line) => line.toLowerCase().replace(/(soa \S+ \S+) \d+/, '$1 0'))
  return [...new Set(alike)].sort().join(', ')
}

function existingNames({ answerer }: Responder): Set<string> {
  const names = new Set<string>()
  for (const zone of answerer.routes.zones) {
    names.add(`${zone.name}.`)
    for (const { labels } of listNames(answerer.images(zone.plugin.feed), 0, zone.name)) {
      names.add(`${labels}.${zone.name}.`)
    }
  }
  return names
}

function nearNames(existing: ReadonlySet<string>): Set<string> {
  const names = new Set(existing)
  for (const name of existing) {
    for (const near of [`x.${name}`, name.replace('.', '0.'), name.replace(/^_/, ''), name.replaceAll('_', '')]) {
      names.add(near)
    }
  }
  return names
}
