import { parseCorefile } from '@zonecast/corefile'
import { feedsOf } from '@zonecast/responder-app'
import { expect, test } from 'vitest'
import { configHash } from './config-hash.ts'

const hash = (options: string) => {
  const { blocks } = parseCorefile(`. {\n kubernetes cluster.local {\n ${options}\n }\n}\n`)
  return feedsOf(blocks).map(configHash).join()
}

test.each([
  ['ttl 9'],
  ['pods insecure'],
  ['namespace_records txt'],
  ['names {service}.{namespace}.{zone}'],
  ['labels app=web'],
  ['namespaces shop'],
  ['noendpoints'],
  ['endpoint_pod_names'],
  ['iporder external'],
  ['wildcards zone'],
  ['wildcards zone search'],
])('%s shapes records', (option) => expect(hash(`manifests a.yaml\n ${option}`)).not.toBe(hash('manifests a.yaml')))

test.each([['fallthrough'], ['startup_timeout 9s'], ['wildcards off limit 9 allow 10.0.0.0/8']])(
  '%s does not',
  (option) => expect(hash(`manifests a.yaml\n ${option}`)).toBe(hash('manifests a.yaml')),
)

test('nor does where the objects come from', () => expect(hash('manifests b.yaml')).toBe(hash('manifests a.yaml')))
