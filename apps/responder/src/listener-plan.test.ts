import { parseCorefile } from '@zonecast/corefile'
import { describe, expect, test } from 'vitest'
import { planListeners } from './listener-plan.ts'
import { feedsOf } from './stanzas.ts'

const machine = {
  wildcards: ['0.0.0.0', '::'],
  interfaceAddresses: (name: string) => (name === 'eth0' ? ['192.0.2.1', '2001:db8::1'] : []),
}

const plan = (corefile: string) => planListeners(parseCorefile(corefile).blocks, machine)

/** scheme, addresses, port, and per block its zones. */
const outline = (corefile: string) =>
  plan(corefile).map(
    ({ scheme, addresses, port, blocks }) =>
      `${scheme} ${addresses.join(',')} ${port}: ${blocks.map(({ zones }) => zones.map((zone) => `${zone}.`).join(',')).join(' | ')}`,
  )

describe('planListeners', () => {
  test.each([
    ['all addresses', '. {\n whoami\n}', ['dns 0.0.0.0,:: 53: .']],
    [
      'blocks that share a port share a listener',
      'a.example {\n whoami\n}\nb.example c.example {\n whoami\n}',
      ['dns 0.0.0.0,:: 53: a.example. | b.example.,c.example.'],
    ],
    [
      'one block at two ports',
      'a.example b.example:5353 {\n whoami\n}',
      ['dns 0.0.0.0,:: 53: a.example.', 'dns 0.0.0.0,:: 5353: b.example.'],
    ],
    [
      'addresses with different blocks are listeners of their own',
      'a.example {\n bind 127.0.0.1 127.0.0.2\n whoami\n}\nb.example {\n bind 127.0.0.2\n whoami\n}',
      ['dns 127.0.0.1 53: a.example.', 'dns 127.0.0.2 53: a.example. | b.example.'],
    ],
    ['an interface', '. {\n bind eth0\n whoami\n}', ['dns 192.0.2.1,2001:db8::1 53: .']],
    ['schemes and their ports', 'https://. {\n whoami\n}', ['https 0.0.0.0,:: 443: .']],
  ])('%s', (_, corefile, expected) => {
    expect(outline(corefile)).toEqual(expected)
  })

  test('an interface that is not there is an error', () => {
    expect(() => plan('. {\n bind eth9\n whoami\n}')).toThrow('bind eth9: no such interface')
  })

  test('rotation is on unless loadbalance turns it off', () => {
    expect(plan('. {\n whoami\n}')[0]?.blocks[0]?.rotate).toBe(true)
    expect(plan('. {\n loadbalance off\n whoami\n}')[0]?.blocks[0]?.rotate).toBe(false)
  })
})

describe('feedsOf', () => {
  const stanza = (options: string) => `kubernetes cluster.local {\n manifests a.yaml\n ${options}\n}`

  test('stanzas that say the same are one, wherever they stand', () => {
    const { blocks } = parseCorefile(`. {\n ${stanza('fallthrough')}\n}\nhttps://. {\n ${stanza('')}\n}`)
    expect(feedsOf(blocks).map(({ stanzas }) => stanzas.length)).toEqual([1])
  })

  test('stanzas of the same zones that differ are told apart by their order', () => {
    const plans = plan(
      `. {\n ${stanza('ttl 5')}\n}\n.:5353 {\n ${stanza('ttl 9')}\n}\nhttps://. {\n ${stanza('ttl 9')}\n}`,
    )
    expect(plans.map(({ blocks }) => blocks[0]?.kubernetes?.ordinal)).toEqual([0, 1, 1])
  })

  test('other manifests are another feed', () => {
    const { blocks } = parseCorefile(`. {\n ${stanza('')}\n}\n.:5353 {\n ${stanza('').replace('a.yaml', 'b.yaml')}\n}`)
    expect(feedsOf(blocks).map(({ feed }) => feed)).toEqual(['a.yaml', 'b.yaml'])
  })

  test('so is another API server', () => {
    const text = `. {\n kubernetes\n}\n.:54 {\n kubernetes {\n  kubeconfig a b\n }\n}\n.:55 {\n kubernetes\n}`
    const feeds = feedsOf(parseCorefile(text).blocks)
    expect(feeds.map(({ feed, source, stanzas }) => [feed, source.kind, stanzas.length])).toEqual([
      ['in-cluster', 'in-cluster', 1],
      ['kubeconfig a b', 'kubeconfig', 1],
    ])
  })
})
