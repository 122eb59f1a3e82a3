/** Runs the benchmark part by part and reports. script/bench calls it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { type ApiLoad, measureApiLoad } from './api-load.ts'
import { compare, type Figures } from './compare.ts'
import { measureCompile } from './compile-runs.ts'
import type { CompileFigures, Results } from './figures.ts'
import { type Options, type Part, readOptions, usage } from './options.ts'
import { type Prepared, prepare } from './prepare.ts'
import { queryOctets } from './probe.ts'
import { measurePropagation, type Propagation } from './propagation.ts'
import { probes, writeQuestions } from './queries.ts'
import { measureRecompile, type Recompile } from './recompile.ts'
import { report } from './report.ts'
import { measureResponders, type ResponderFigures } from './responder-runs.ts'
import { type Protocol, type Server, servers } from './servers.ts'
import { measureStartUp, type StartUp } from './start-up.ts'
import { measureSync, type SyncFigures } from './sync-runs.ts'
import type { WildcardFigures } from './wildcard-figures.ts'
import { measureWildcards } from './wildcard-runs.ts'

const root = join(import.meta.dirname, '../..')
const seed = 1
const questionCount = 200_000
const startServices = 1_000
/** What is as much to watch with 10,000 services as with more. */
const loadServices = 10_000

async function measure(options: Options, available: readonly Server[]): Promise<Results> {
  const { parts, rounds, sizes, quick } = options
  const named = (...names: string[]): Server[] => available.filter(({ name }) => names.includes(name))
  const pair = named('zonecast, Bun', 'zonecast, Node')
  const udp = new Map<number, readonly Figures[]>()
  const doh = new Map<number, readonly Figures[]>()
  const startUp: StartUp[] = []
  const recompile: Recompile[] = []
  const compile: CompileFigures[] = []

  if (parts.has('start')) {
    await withCluster(startServices, async ({ inputs, directory, shape }) => {
      say('start')
      const contestants = [...pair, ...named('CoreDNS')]
      startUp.push(...(await measureStartUp(contestants, inputs, directory, probes(shape)[0], 2 * rounds + 1)))
    })
  }
  for (const services of ['udp', 'doh', 'recompile', 'compile'].some((part) => parts.has(part as Part)) ? sizes : []) {
    await withCluster(services, async (prepared) => {
      const { inputs, directory, shape } = prepared
      for (const runtime of parts.has('compile') ? (['bun', 'node'] as const) : []) {
        say(`compile, ${services} services, ${runtime}`)
        compile.push(await measureCompile(runtime, shape, inputs.cluster, Math.min(rounds, 3)))
      }
      if (parts.has('udp')) udp.set(services, await compareServers('udp', available, prepared, options))
      if (parts.has('doh')) doh.set(services, await compareServers('doh', available, prepared, options))
      for (const server of parts.has('recompile') && services === Math.max(...sizes) ? pair : []) {
        say(`answers while ${services} services are compiled afresh, ${server.name}`)
        recompile.push(await measureRecompile(server, inputs, directory, shape))
      }
    })
  }
  const wildcards: WildcardFigures[] = []
  for (const runtime of parts.has('wildcards') ? (['bun', 'node'] as const) : []) {
    say(`wildcards, ${runtime}`)
    wildcards.push(await measureWildcards(runtime, Math.max(...sizes), seed))
  }
  const apiLoad: ApiLoad[] = []
  if (parts.has('load')) {
    await withCluster(loadServices, async ({ shape, directory, inputs }) => {
      say('load on the API server')
      apiLoad.push(...(await measureApiLoad(shape, directory, named('CoreDNS')[0], inputs)))
    })
  }
  const twoJobs = await measureTwoJobs(options, named('CoreDNS')[0])
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    quick,
    versions: versions(available),
    udp,
    doh,
    startUp: { services: startServices, rows: startUp },
    recompile: { services: Math.max(...sizes), rows: recompile },
    compile,
    wildcards,
    ...twoJobs,
    apiLoad: { services: loadServices, rows: apiLoad },
  }
}

async function measureTwoJobs(
  { parts, rounds, sizes }: Options,
  coredns: Server | undefined,
): Promise<Pick<Results, 'propagation' | 'responders' | 'sync'>> {
  const propagation: Propagation[] = []
  const responders: ResponderFigures[] = []
  const sync: SyncFigures[] = []
  const place = (services: number) => join(root, '.cache/bench', String(services))
  const smallest = Math.min(...sizes)
  if (parts.has('propagation')) {
    say(`from the API server to the answer, ${smallest} services`)
    propagation.push(...(await measurePropagation({ services: smallest, seed }, place(smallest))))
  }
  for (const services of parts.has('responder') ? [startServices, ...sizes] : []) {
    say(`responders, ${services} services`)
    responders.push(...(await measureResponders({ services, seed }, place(services), 2 * rounds + 1, coredns)))
  }
  for (const services of parts.has('sync') ? sizes : []) {
    say(`sync, ${services} services`)
    const endpoints = Math.max(3, Math.min(15, 150_000 / services))
    sync.push(await measureSync({ services, seed, endpoints }, place(services)))
  }
  return { propagation, responders, sync }
}

async function withCluster(services: number, use: (prepared: Prepared) => Promise<void>): Promise<void> {
  say(`a cluster of ${services} services`)
  const prepared = await prepare({ services, seed })
  try {
    await use(prepared)
  } finally {
    prepared.stop()
  }
}

async function compareServers(
  protocol: Protocol,
  available: readonly Server[],
  { shape, directory, inputs }: Prepared,
  { rounds, seconds }: Options,
): Promise<Figures[]> {
  const contestants = available.filter((server) => server.protocols.includes(protocol))
  say(`${protocol}, ${shape.services} services: ${contestants.map(({ name }) => name).join('; ')}`)
  const wanted = probes(shape)
  const queryFile = join(directory, 'questions')
  const bodyFile = join(directory, 'question')
  const nxdomainShare = await writeQuestions(queryFile, shape, questionCount)
  writeFileSync(bodyFile, queryOctets(wanted[0].name))
  const load = { rounds, seconds, queryFile, nxdomainShare, bodyFile }
  return compare({ protocol, servers: contestants, inputs, directory, wanted, ...load })
}

function versions(available: readonly Server[]): [string, string][] {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const others = available.map(({ name, version }): [string, string] => [
    name.replace(/^zonecast, (\w+).*/, '$1'),
    version() ?? '',
  ])
  return [['zonecast', own.version], ...new Map(others)]
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`
}

function say(text: string): void {
  console.error(`bench: ${text}`)
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(usage)
    return
  }
  if (availableParallelism() < 2) throw new Error('the server and the load generator need a core each')
  const available = servers.filter(({ version }) => version() !== undefined)
  for (const { name } of servers.filter((server) => !available.includes(server))) say(`${name} is not there: left out`)
  const text = report(await measure(options, available))
  console.log(text)
  if (options.write) writeFileSync(join(root, 'docs/benchmarks.md'), text)
}

await main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
