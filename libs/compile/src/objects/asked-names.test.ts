import type { Service } from '@zonecast/kubernetes'
import { describe, expect, test } from 'vitest'
import { service } from '../testing/fixture.ts'
import { askedNames } from './asked-names.ts'

function asked(name: string, text?: string, mode?: string) {
  const annotations = {
    ...(text === undefined ? {} : { 'zonecast.dev/name': text }),
    ...(mode === undefined ? {} : { 'zonecast.dev/name-mode': mode }),
  }
  return askedNames({ ...(service('shop/web', '10.0.0.1') as Service), name, annotations })
}

/** The names, the own one in brackets; then the faults. */
function line(...of: Parameters<typeof asked>): string {
  const { names = [], own = '', faults = [] } = asked(...of) ?? {}
  const shown = names.map((name) => (name === own ? `[${name}]` : name))
  return [...shown, ...faults.map(({ code, text }) => `!${code} ${text}`)].join(' ')
}

const long = 'x'.repeat(63)

describe('askedNames', () => {
  test('nothing is kept of a service that asks for nothing', () => expect(asked('web')).toBeUndefined())

  test.each<readonly [string, Parameters<typeof asked>, string]>([
    ['its own and another', ['web', 'c1.nginx'], '[web] c1.nginx'],
    ['several, with spaces', ['web', ' c1.nginx ,www'], '[web] c1.nginx www'],
    ['instead of its own', ['web', 'c1.nginx, www', 'replace'], 'c1.nginx www'],
    ['its own among those instead of it', ['web', 'c1.nginx, web', 'replace'], 'c1.nginx [web]'],
    ['add is the default', ['web', 'www', 'add'], '[web] www'],
    ['each once', ['web', 'web, www, WWW'], '[web] www'],
    ['labels are flattened, one by one', ['web', 'C1._n_x'], '[web] c1.n-x'],
    ['a wildcard', ['web', '*.apps, *'], '[web] *.apps *'],
    ['a wildcard stands beside a name, never instead of it', ['web', '*.apps', 'replace'], '[web] *.apps'],
    ['but beside another', ['web', '*.apps, www', 'replace'], '*.apps www'],
    ['a star elsewhere is an octet like others', ['web', 'a.*, a*b'], '[web] a-b !bad-name a.*'],
    ['an empty label', ['web', 'a..b, www,'], '[web] www !bad-name a..b !bad-name '],
    ['nothing that is left instead', ['web', '_', 'replace'], '[web] !bad-name _'],
    ['a mode that is none', ['web', 'www', 'swap'], '[web] www !bad-name-mode swap'],
    ['a mode without a name', ['web', undefined, 'replace'], '[web]'],
    ['an own name that is no label', ['My_Web'], '[my-web]'],
    ['an own name of which nothing is left', ['__', 'www'], 'www !bad-name __'],
    [
      'as long as fits',
      ['web', `${long}.${long}.${long}.${'x'.repeat(59)}`],
      `[web] ${long}.${long}.${long}.${'x'.repeat(59)}`,
    ],
    [
      'longer',
      ['web', `${long}.${long}.${long}.${'x'.repeat(60)}`],
      `[web] !bad-name ${long}.${long}.${long}.${'x'.repeat(60)}`,
    ],
  ])('%s', (_, given, expected) => expect(line(...given)).toBe(expected))

  test('sixteen at most', () => {
    const names = Array.from({ length: 18 }, (_, at) => `n${at}`)
    expect(asked('web', names.join())?.names).toEqual(['web', ...names.slice(0, 16)])
    expect(asked('web', names.join())?.faults).toEqual([{ code: 'too-many-names', text: 'n16, n17' }])
    expect(asked('web', [...names.slice(0, 16), 'n3'].join())?.faults).toEqual([])
  })
})
