import { describe, expect, test } from 'vitest'
import { planWatch, type Selection } from './plan.ts'
import { listPath, watchPath } from './resource.ts'

const ALL: Selection = {
  namespaces: [],
  namespaceLabels: undefined,
  labels: undefined,
  pods: 'disabled',
  endpointPodNames: false,
  endpoints: true,
}

function pathsOf(...stanzas: readonly Selection[]): string[] {
  return planWatch(stanzas).sources.map((source) => decodeURIComponent(listPath(source)))
}

const NAMESPACES = '/api/v1/namespaces'
const SERVICES = '/api/v1/services'
const SLICES = '/apis/discovery.k8s.io/v1/endpointslices'

describe('what is listed', () => {
  test.each<[string, readonly Selection[], readonly string[]]>([
    ['all', [ALL], [NAMESPACES, SERVICES, SLICES]],
    ['no endpoints when nobody shows them', [{ ...ALL, endpoints: false }], [NAMESPACES, SERVICES]],
    ['endpoints when one shows them', [{ ...ALL, endpoints: false }, ALL], [NAMESPACES, SERVICES, SLICES]],
    ['no pods for names that are not verified', [{ ...ALL, pods: 'insecure' }], [NAMESPACES, SERVICES, SLICES]],
    [
      'running pods when one verifies them',
      [ALL, { ...ALL, pods: 'verified' }],
      [
        NAMESPACES,
        SERVICES,
        SLICES,
        '/api/v1/pods?fieldSelector=status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown',
      ],
    ],
    [
      'imports when one shows them',
      [{ ...ALL, imports: true }],
      [NAMESPACES, SERVICES, SLICES, '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports'],
    ],
    [
      'labels that all select alike',
      [
        { ...ALL, labels: 'a in (b, c)' },
        { ...ALL, labels: 'a in (b, c)' },
      ],
      [NAMESPACES, `${SERVICES}?labelSelector=a+in+(b,+c)`, `${SLICES}?labelSelector=a+in+(b,+c)`],
    ],
    ['no labels that only some select', [ALL, { ...ALL, labels: 'a=b' }], [NAMESPACES, SERVICES, SLICES]],
    [
      'labels of namespaces',
      [{ ...ALL, namespaceLabels: 'dns=on' }],
      [`${NAMESPACES}?labelSelector=dns=on`, SERVICES, SLICES],
    ],
    [
      'namespaces that all name, in whatever order',
      [
        { ...ALL, namespaces: ['b', 'a', 'b'] },
        { ...ALL, namespaces: ['a', 'b'], endpoints: false },
      ],
      [
        `${NAMESPACES}?fieldSelector=metadata.name=a`,
        `${NAMESPACES}?fieldSelector=metadata.name=b`,
        '/api/v1/namespaces/a/services',
        '/api/v1/namespaces/b/services',
        '/apis/discovery.k8s.io/v1/namespaces/a/endpointslices',
        '/apis/discovery.k8s.io/v1/namespaces/b/endpointslices',
      ],
    ],
    [
      'everything when each names other namespaces',
      [
        { ...ALL, namespaces: ['a'] },
        { ...ALL, namespaces: ['b'] },
      ],
      [NAMESPACES, SERVICES, SLICES],
    ],
  ])('%s', (_name, stanzas, paths) => {
    expect(pathsOf(...stanzas)).toEqual(paths)
  })
})

test('one namespace is watched where a Role in it counts', () => {
  const [source] = planWatch([{ ...ALL, namespaces: ['shop'] }]).sources
  if (source === undefined) throw new Error('nothing is planned')
  expect(watchPath(source, { resourceVersion: '7' })).toBe('/api/v1/watch/namespaces/shop?resourceVersion=7&watch=true')
})

test('objects keep the labels that any stanza asks for', () => {
  const { slim } = planWatch([
    { ...ALL, labels: 'a=b,!c' },
    { ...ALL, namespaceLabels: 'd', endpointPodNames: true },
  ])
  expect(slim).toEqual({ labelKeys: new Set(['a', 'c', 'd']), podNames: true, externalAddresses: false })
})

test('services keep external addresses where any stanza publishes them', () => {
  const kept = (...stanzas: Selection[]) => planWatch(stanzas).slim.externalAddresses
  expect(kept(ALL, { ...ALL, iporder: ['internal'] })).toBe(false)
  expect(kept(ALL, { ...ALL, iporder: ['internal', 'external'] })).toBe(true)
})
