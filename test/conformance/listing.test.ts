/**
 * What a zone lists is what it answers: every listed name answers with just the listed records, every other type of it is
 * NODATA, and no name near it answers. And however the objects came, the list is the same.
 */

import { servedZones, zoneRecords } from '@zonecast/answer'
import { nameFromText, nameToText, type ResourceRecord, recordToText, TYPE } from '@zonecast/dns'
import { listNames } from '@zonecast/image'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { randomCluster } from './random-cluster.ts'
import { createResponders, OWN, type Responder } from './responder.ts'
import { ask, CLUSTER, corefile } from './rows.ts'

const TYPES = ['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'TXT', 'MX', 'SOA', 'NS'] as const

describe('what dump lists', () => {
  test('is what is answered', async () => {
    for (const responder of await createResponders(corefile('pods verified'), CLUSTER)) await checkZones(responder)
  })

  test('is what is answered where namespaces are called as something else is', async () => {
    const names = ['svc', 'pod', 'dns', 'dns-version', 'web']
    const objects = names.flatMap((namespace) =>
      names.map((name, at) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { clusterIP: `10.96.${names.indexOf(namespace)}.${at}`, ports: [{ name: 'http', port: 80 }] },
      })),
    )
    const cluster = objects.map((object) => stringify(object)).join('---\n')
    const records = 'namespace_records txt\nnamespace_records dnssd'
    for (const options of [
      `names {service}.{namespace}.{zone} {service}.{namespace}.svc.{zone}\n${records}`,
      `names {service}.{namespace}.svc.{zone} {service}.{namespace}.{zone}\n${records}`,
      'namespaces web\nnames {service}.{zone} {service}.svc.{zone}\npods insecure',
    ]) {
      for (const responder of await createResponders(corefile(options), cluster)) await checkZones(responder)
    }
  })

  test('is what is answered, for any cluster, however its objects came', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCluster,
        fc.constantFrom(
          '',
          'noendpoints',
          'endpoint_pod_names',
          'names {service}.{namespace}.{zone} {service}.{namespace}.svc.{zone}',
          'iporder external',
          'iporder external internal',
          'iporder internal external\nnoendpoints',
          'names {service}.{namespace}.b.{zone} {service}.{namespace}.{zone}\nnamespace_records txt\nnamespace_records dnssd',
        ),
        async (yaml, options) => {
          const [first, ...others] = await createResponders(corefile(options), yaml)
          await checkZones(first as Responder)
          for (const other of others) expect(print(other)).toEqual(print(first as Responder))
        },
      ),
      { numRuns: 25 },
    )
  })
})

async function checkZones(responder: Responder): Promise<void> {
  for (const zone of servedZones(responder.answerer)) {
    const listed = new Map<string, string[]>()
    const names = new Set([zone.name === '' ? '.' : `${zone.name}.`])
    for (const record of zoneRecords(responder.answerer, zone, [OWN])) {
      const key = `${nameToText(record.ownerName)} ${record.type}`
      listed.set(key, [...(listed.get(key) ?? []), lineOf(record)])
      names.add(nameToText(record.ownerName))
    }
    for (const { labels } of listNames(responder.answerer.images(zone.plugin.feed), zone.data?.index ?? 0, zone.name)) {
      names.add(nameToText(nameFromText(`${labels}.${zone.name}.`)))
    }
    for (const name of names) {
      const alias = listed.get(`${name} ${TYPE.CNAME}`)
      for (const type of TYPES) {
        const { rcode, answer } = await ask(responder, name, type)
        const expected = alias ?? listed.get(`${name} ${TYPE[type]}`) ?? []
        const own = answer.map(withoutSerial).filter((line) => line.startsWith(`${name} `))
        expect([`${name} ${type}`, ...own.sort()]).toEqual([`${name} ${type}`, ...expected.sort()])
        if (alias === undefined) expect([name, rcode]).toEqual([name, 'NOERROR'])
      }
      for (const near of [`y.${name}`, name.replace('.', '0.'), `_${name}`].filter((each) =>
        isBelow(each, zone.name),
      )) {
        if (names.has(near) || near.replace('.', '').length === 0) continue
        expect([near, (await ask(responder, near, 'A')).rcode]).toEqual([near, 'NXDOMAIN'])
      }
    }
  }
}

function print({ answerer }: Responder): string[] {
  return servedZones(answerer).flatMap((zone) => Array.from(zoneRecords(answerer, zone, [OWN]), lineOf).sort())
}

function lineOf(record: ResourceRecord): string {
  return withoutSerial(recordToText(record))
}

function withoutSerial(line: string): string {
  return line.replace(/( SOA \S+ \S+) \d+/, '$1 0')
}

function isBelow(name: string, zone: string): boolean {
  return name.endsWith(`.${zone}.`)
}
