import { appendFile, link, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { diffObjects } from '../diff-objects.ts'
import { ObjectMap } from '../object-map.ts'
import type { ObjectStep } from '../objects.ts'
import { type ManifestWatchOptions, readManifests, watchManifests } from './watch-manifests.ts'

let directory = ''
let ends: AbortController[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zonecast-watch-'))
})
afterEach(async () => {
  for (const end of ends) end.abort()
  ends = []
  await rm(directory, { recursive: true })
})

const path = (name: string) => join(directory, name)
/** A namespace of its own and services with an address each, as YAML or JSON. */
const yaml = (services: Record<string, string>) =>
  Object.entries(services)
    .map(
      ([name, ip]) =>
        `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {clusterIP: ${ip}}\n`,
    )
    .join('---\n')
const json = (services: Record<string, string>) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: Object.entries(services).map(([name, clusterIP]) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { clusterIP },
    })),
  })

/** What a watch tells: steps as lists of `NAME ADDRESS` (`NAME -` for what is gone), errors and warnings as texts. */
class Witness {
  readonly steps: string[][] = []
  readonly errors: string[] = []
  readonly warnings: string[] = []
  readonly objects = new ObjectMap()
  readonly end = new AbortController()
  recoveries = 0

  async watch(patterns: string[], options: Partial<ManifestWatchOptions> = {}): Promise<this> {
    ends.push(this.end)
    await watchManifests(patterns, {
      signal: this.end.signal,
      onStep: (step) => this.#take(step),
      onError: (error) => this.errors.push(error.message.replaceAll(`${directory}/`, '')),
      onRecovery: () => this.recoveries++,
      onWarning: (text) => this.warnings.push(text.replaceAll(`${directory}/`, '')),
      ...options,
    })
    return this
  }

  #take({ changes, synced }: ObjectStep): void {
    expect(synced).toBe(true)
    for (const { kind, namespace, name, object } of changes) {
      if (object === undefined) this.objects.delete(kind, namespace, name)
      else this.objects.set(object)
    }
    const services = changes.filter(({ kind }) => kind === 'Service')
    this.steps.push(
      services.map(({ name, object }) => `${name} ${object?.kind === 'Service' ? object.clusterIPs[0] : '-'}`).sort(),
    )
  }
}

/** Waits for a condition; how long it takes does not matter. */
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 20_000, interval: 10 })

test('first everything, then only what is different', async () => {
  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.1', db: '10.0.0.2' }))
  await writeFile(path('b.json'), json({ mail: '10.0.0.3' }))
  const witness = await new Witness().watch([directory])
  expect(witness.steps).toEqual([['db 10.0.0.2', 'mail 10.0.0.3', 'web 10.0.0.1']])
  expect(witness.objects.get('Namespace', '', 'shop')).toBeDefined()

  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.9', db: '10.0.0.2' }))
  await until(() => expect(witness.steps[1]).toEqual(['web 10.0.0.9']))
  await writeFile(path('b.json'), json({ mail: '10.0.0.3', news: '10.0.0.4' }))
  await until(() => expect(witness.steps[2]).toEqual(['news 10.0.0.4']))
  await writeFile(path('c.yml'), yaml({ blog: '10.0.0.5' }))
  await until(() => expect(witness.steps[3]).toEqual(['blog 10.0.0.5']))
  await rm(path('a.yaml'))
  await until(() => expect(witness.steps[4]).toEqual(['db -', 'web -']))
  expect(witness).toMatchObject({ errors: [], warnings: [], recoveries: 0 })
})

test.each([
  ['a file', 'a.yaml'],
  ['a directory', '.'],
  ['a glob', '*.yaml'],
])('%s: an editor replaces the file', async (_, pattern) => {
  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.1' }))
  const witness = await new Witness().watch([path(pattern)])
  for (const [index, ip] of ['10.0.0.2', '10.0.0.3', '10.0.0.4'].entries()) {
    await writeFile(path('a.yaml~'), yaml({ web: ip }))
    await rename(path('a.yaml~'), path('a.yaml'))
    await until(() => expect(witness.steps[index + 1]).toEqual([`web ${ip}`]))
  }
})

test('a file that is written anew without a difference gives no step', async () => {
  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.1' }))
  await writeFile(path('b.yaml'), yaml({ db: '10.0.0.2' }))
  const witness = await new Witness().watch([directory])
  await writeFile(path('a.yaml'), `# a comment\n${yaml({ web: '10.0.0.1' })}`)
  await utimes(path('b.yaml'), 1, 1)
  await writeFile(path('c.yaml'), yaml({ mail: '10.0.0.3' }))
  await until(() => expect(witness.steps.slice(1)).toEqual([['mail 10.0.0.3']]))
})

test('a mounted ConfigMap turns over as one step', async () => {
  const write = async (version: string, ip: string) => {
    await mkdir(path(version))
    for (const name of ['web', 'db']) await writeFile(path(`${version}/${name}.yaml`), yaml({ [name]: ip }))
    await symlink(version, path('..data_tmp'))
    await rename(path('..data_tmp'), path('..data'))
  }
  await write('..1', '10.0.0.1')
  for (const name of ['web', 'db']) await symlink(`..data/${name}.yaml`, path(`${name}.yaml`))
  const witness = await new Witness().watch([directory])
  expect(witness.steps).toEqual([['db 10.0.0.1', 'web 10.0.0.1']])
  for (const [index, version] of ['..2', '..3'].entries()) {
    await write(version, `10.0.0.${version.slice(2)}`)
    await rm(path(`..${index + 1}`), { recursive: true })
    await until(() => expect(witness.steps).toHaveLength(index + 2))
    expect(witness.steps[index + 1]).toEqual([`db 10.0.0.${index + 2}`, `web 10.0.0.${index + 2}`])
  }
  expect(witness.errors).toEqual([])
})

test('a link to the directory turns to another', async () => {
  for (const version of ['1', '2']) {
    await mkdir(path(version))
    await writeFile(path(`${version}/web.yaml`), yaml({ web: `10.0.0.${version}` }))
  }
  await symlink('1', path('current'))
  const witness = await new Witness().watch([path('current/*.yaml')], { pollMs: 600_000 })
  await symlink('2', path('next'))
  await rename(path('next'), path('current'))
  await until(() => expect(witness.steps[1]).toEqual(['web 10.0.0.2']))
  await writeFile(path('2/web.yaml'), yaml({ web: '10.0.0.3' }))
  await until(() => expect(witness.steps[2]).toEqual(['web 10.0.0.3']))
})

test('without events the poll shows a change', async () => {
  await mkdir(path('watched'))
  await writeFile(path('elsewhere'), yaml({ web: '10.0.0.1' }))
  await link(path('elsewhere'), path('watched/a.yaml'))
  const witness = await new Witness().watch([path('watched')], { pollMs: 20 })
  await writeFile(path('elsewhere'), yaml({ web: '10.0.0.2' }))
  await until(() => expect(witness.steps[1]).toEqual(['web 10.0.0.2']))
})

test('while a file is broken nothing changes; errors are told once', async () => {
  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.1' }))
  await writeFile(path('b.json'), json({ db: '10.0.0.1' }))
  const witness = await new Witness().watch([directory])

  await writeFile(path('a.yaml'), `${yaml({ web: '10.0.0.2' })}  x: 1\n`)
  await until(() => expect(witness.errors).toHaveLength(1))
  expect(witness.errors[0]).toMatch(/^a\.yaml:5: document 1: /)

  await writeFile(path('b.json'), json({ db: '10.0.0.2' }))
  await writeFile(path('c.json'), '{"apiVersion":"v1",\n"kind":Service}')
  await until(() => expect(witness.errors).toHaveLength(2))
  expect(witness.errors[1]).toBe('c.json:2: document 1: found "Service", expected a value')

  await appendFile(path('a.yaml'), '---\nhalf')
  await rm(path('c.json'))
  await writeFile(path('d.json'), '}')
  await until(() => expect(witness.errors.slice(2)).toEqual(['d.json:1: document 1: found "}", expected "{"']))
  expect(witness.steps).toHaveLength(1)
  expect(witness.recoveries).toBe(0)

  await rm(path('d.json'))
  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.3' }))
  await until(() => expect(witness.steps.slice(1)).toEqual([['db 10.0.0.2', 'web 10.0.0.3']]))
  expect(witness.errors).toHaveLength(3)
  expect(witness.recoveries).toBe(1)

  await writeFile(path('d.json'), '}')
  await until(() => expect(witness.errors).toHaveLength(4))
  await rm(path('d.json'))
  await until(() => expect(witness.recoveries).toBe(2))
  expect(witness.steps).toHaveLength(2)
})

test('broken from the start: the first step comes when it can', async () => {
  const witness = await new Witness().watch([path('cluster/*.yaml')])
  expect(witness).toMatchObject({ steps: [], errors: ['cluster/*.yaml: no file is there'] })
  await mkdir(path('cluster'))
  await writeFile(path('cluster/a.yaml'), '')
  await until(() => expect(witness.steps).toEqual([[]]))
  await writeFile(path('cluster/b.yaml'), yaml({ web: '10.0.0.1' }))
  await until(() => expect(witness.steps[1]).toEqual(['web 10.0.0.1']))
})

test('when all files are gone the last state stays', async () => {
  await mkdir(path('cluster'))
  await writeFile(path('cluster/a.yaml'), yaml({ web: '10.0.0.1' }))
  const witness = await new Witness().watch([path('cluster')], { pollMs: 50 })
  await rename(path('cluster'), path('away'))
  await until(() => expect(witness.errors).toEqual(['cluster: no file is there']))
  await rename(path('away'), path('cluster'))
  await until(() => expect(witness.recoveries).toBe(1))
  expect(witness.steps).toHaveLength(1)
})

test('a warning is told once while it lasts', async () => {
  const warning = 'a.yaml:1: Service shop/web: spec.clusterIP: "ten" is no IP address'
  await writeFile(path('a.yaml'), yaml({ web: 'ten' }))
  const witness = await new Witness().watch([directory])
  expect(witness.warnings).toEqual([warning])
  await writeFile(path('a.yaml'), yaml({ web: 'ten', db: '10.0.0.1' }))
  await until(() => expect(witness.steps).toHaveLength(2))
  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.2' }))
  await until(() => expect(witness.steps).toHaveLength(3))
  expect(witness.warnings).toEqual([warning])
  await writeFile(path('a.yaml'), yaml({ web: 'ten' }))
  await until(() => expect(witness.warnings).toEqual([warning, warning]))
})

test('after the signal nothing is told', async () => {
  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.1' }))
  const ended = await new Witness().watch([directory])
  const other = await new Witness().watch([directory])
  ended.end.abort()
  await writeFile(path('a.yaml'), yaml({ web: '10.0.0.2' }))
  await writeFile(path('b.yaml'), '}')
  await until(() => expect(other.errors).toHaveLength(1))
  expect(ended).toMatchObject({ steps: [['web 10.0.0.1']], errors: [] })
})

test('a signal that aborted before: nothing happens at all', async () => {
  const witness = new Witness()
  witness.end.abort()
  await witness.watch([path('missing')])
  expect(witness).toMatchObject({ steps: [], errors: [] })
})

test('after many changes in quick succession the steps add up to what the files hold', async () => {
  await writeFile(path('0.yaml'), yaml({ web: '10.0.0.1' }))
  const witness = await new Witness().watch([directory])
  for (let round = 1; round <= 60; round++) {
    const file = path(`${round % 4}.${round % 2 === 0 ? 'yaml' : 'json'}`)
    const services = Object.fromEntries(
      Array.from({ length: (round * 7) % 5 }, (_, at) => [`s${(round + at) % 9}`, `10.0.${round}.${at}`]),
    )
    const text = round % 2 === 0 ? yaml(services) : json(services)
    if (round % 5 === 0) await rm(file, { force: true })
    else if (round % 3 === 0) {
      await writeFile(path('next'), text)
      await rename(path('next'), file)
    } else await writeFile(file, text)
    if (round % 6 !== 0) continue
    await writeFile(path('round.yaml'), yaml({ round: `10.1.0.${round}` }))
    await until(() => expect(witness.steps.flat()).toContain(`round 10.1.0.${round}`))
  }
  const { objects, faults } = await readManifests([directory], {})
  expect(faults).toEqual([])
  await until(() => expect(diffObjects(witness.objects, objects)).toEqual([]))
})
