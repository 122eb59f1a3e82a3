/** docker-compose.yml as far as it can be told without an engine; script/test-compose brings it up. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCorefile } from '@zonecast/corefile'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../docs/fenced-blocks.ts'

interface Service {
  readonly image: string
  readonly user?: string
  readonly read_only?: boolean
  readonly privileged?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
}

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
}
const named = Object.entries(services)

describe('docker-compose.yml', () => {
  it('has the services that the page has', () => {
    const rows = [...read('docs/containers.md').matchAll(/^\| ((?:`[\w-]+`(?:, )?)+) \|/gm)]
    const listed = rows.flatMap(([, names = '']) => [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => name))
    expect(listed).toEqual(expect.arrayContaining(Object.keys(services)))
  })

  it.each(named)('%s is a user without root, rights or a root file system to write to', (_, service) => {
    expect(service).toMatchObject({ user: '65532:65532', read_only: true, cap_drop: ['ALL'] })
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    expect(service.privileged).toBeUndefined()
  })

  it('only responders have a capability', () => {
    const able = named.flatMap(([name, { cap_add }]) => (cap_add === undefined ? [] : [[name, ...cap_add]]))
    expect(able).toEqual([['responder', 'NET_BIND_SERVICE']])
  })

  it.each(named)('%s is told where secrets are, not what they are', (_, { environment = {}, command = [] }) => {
    for (const [variable, value] of Object.entries(environment)) {
      if (/PASSWORD|TOKEN|KEY|SECRET|KUBECONFIG/.test(variable)) expect(value).toMatch(/^\/keys\//)
    }
    expect(command.join(' ')).not.toMatch(/requirepass|--token=|password=/)
  })

  it('gives each volume of keys to one service, besides the one that makes them', () => {
    const users = new Map<string, string[]>()
    for (const [name, { volumes = [] }] of named) {
      for (const volume of volumes.filter((text) => /^[\w-]+-keys:/.test(text))) {
        const [key = ''] = volume.split(':')
        users.set(key, [...(users.get(key) ?? []), name])
        if (name !== 'keys') expect(volume).toMatch(/:\/keys:ro$/)
      }
    }
    users.delete('sync-keys') // of both sync workers
    for (const [, names] of users) expect(names).toEqual(['keys', expect.any(String)])
  })

  it('is reached at loopback alone', () => {
    for (const [, { ports = [] }] of named) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  it('names official images in full, and with a version', () => {
    const others = named.map(([, { image }]) => image).filter((image) => !image.startsWith('zonecast-'))
    for (const image of others) expect(image).toMatch(/^[\w.-]+\.\w+\/.+:v?\d/)
  })
})

describe('its files', () => {
  it('have a Corefile for every role, with the probes that health checks ask', () => {
    const { blocks } = parseCorefile(read('infra/compose/Corefile'))
    expect(blocks.length).toBeGreaterThan(0)
    for (const block of blocks) {
      expect(block).toMatchObject({
        feed: { name: 'demo' },
        ready: { address: { port: 8181 } },
        prometheus: { address: { port: 9153 } },
      })
    }
  })

  it.each(['sync', 'responder'])('give the Redis user %s the rights that docs/feed.md has', (user) => {
    const documented = new RegExp(`^ACL SETUSER ${user} on >\\S+ (.*)$`, 'm').exec(read('docs/feed.md'))?.[1]
    const given = new RegExp(`^user ${user} on #\\$\\(.*\\) (resetkeys .*)$`, 'm').exec(
      read('infra/images/make-keys.sh'),
    )?.[1]
    expect(given).toMatch(/^resetkeys /)
    expect(given).toBe(documented)
  })
})
