/**
 * A randomised run: storms, in which objects change and up to three things fail at once, and calms, in which all has to be right
 * again. script/soak calls it. What it checks: in each storm, for each responder, that there was no silence, no SERVFAIL, no serial
 * that went back and no answer that was never true; in each calm, that all agree with a fresh compile of the API server's objects.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterBinaries } from '../cluster/cluster.ts'
import { startCluster, startStandIn } from '../faults/cluster-api.ts'
import { Installation } from '../faults/installation.ts'
import { seededRandom } from '../faults/random.ts'
import { type Fault, faultsOf } from './faults.ts'
import { type Options, readOptions, usage } from './options.ts'

/** Longer than leases and silence. */
const AWAY_MOST_MS = 7000
const FAULTS_MOST = 3
const CHANGES_MOST = 60

interface Counts {
  passed: number
  failed: number
  storms: number
  readonly faults: Map<string, number>
}

async function soak({ minutes, seed, standIn }: Options): Promise<Counts> {
  const random = seededRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const isReal = !standIn && clusterBinaries() !== undefined
  say(`seed ${seed}, ${minutes} min, ${isReal ? 'a real API server' : 'the stand-in of the API server'}`)
  const untilMs = performance.now() + minutes * 60_000
  const api = await (isReal ? startCluster() : startStandIn())
  // Who is asked what is left to chance, so that what happens follows from the seed.
  const all = await Installation.start({ api, responders: ['bun', 'node', 'bun'], random, askRandom: Math.random })
  const counts: Counts = { passed: 0, failed: 0, storms: 0, faults: new Map() }
  const check = (isGood: boolean, text: string): void => {
    if (isGood) counts.passed++
    else counts.failed++
    if (!isGood) say(`FAILED: ${text}`)
  }
  try {
    do {
      const faults = choose(faultsOf(all), 1 + below(FAULTS_MOST), all.syncs.length, below)
      counts.storms++
      for (const { name } of faults) counts.faults.set(name, (counts.faults.get(name) ?? 0) + 1)
      say(`${String(counts.storms).padStart(3)}. ${faults.map(({ name }) => name).join('; ')}`)
      const running = faults.map((fault) => ({ fault, afterMs: below(1000), forMs: 200 + below(AWAY_MOST_MS) }))
      const mayChange = !isReal || !faults.some(({ subjects }) => subjects.includes('api'))
      const over = Promise.all(running.map(({ fault, afterMs, forMs }) => befall(all, fault, afterMs, forMs)))
      await changeAbout(all, mayChange ? below(CHANGES_MOST) : 0, below)
      await over
      try {
        await all.agree()
        await all.workersAgree()
        check(true, '')
      } catch (error) {
        check(false, `after ${faults.map(({ name }) => name).join('; ')}: ${(error as Error).message}`)
        break
      }
      for (const questioner of all.questioners) {
        check(questioner.wrong.length === 0, questioner.wrong.splice(0).slice(0, 10).join('\n  '))
      }
    } while (performance.now() < untilMs)
    tell(all, counts)
  } finally {
    await all.close()
  }
  return counts
}

/** Some that have no subject in common, and that leave the serials somewhere. */
function choose(faults: readonly Fault[], count: number, workers: number, below: (limit: number) => number): Fault[] {
  const chosen: Fault[] = []
  for (let tries = 0; tries < 4 * count && chosen.length < count; tries++) {
    const fault = faults[below(faults.length)] as Fault
    const taken = chosen.flatMap(({ subjects }) => subjects)
    const isFree = !fault.subjects.some((subject) => taken.includes(subject) && subject !== 'knowledge')
    // Redis and each sync worker know them.
    const lost = [...taken, ...fault.subjects].filter((subject) => subject === 'knowledge').length
    if (isFree && lost <= workers) chosen.push(fault)
  }
  return chosen
}

async function befall(all: Installation, fault: Fault, afterMs: number, forMs: number): Promise<void> {
  await sleep(afterMs)
  await fault.run(all, forMs)
}

/** In bursts, as rolling updates are. */
async function changeAbout(all: Installation, changes: number, below: (limit: number) => number): Promise<void> {
  for (let left = changes; left > 0; ) {
    const burst = Math.min(left, 1 + below(20))
    await all.change(burst)
    left -= burst
    await sleep(below(800))
  }
}

function tell({ world, questioners }: Installation, { storms, faults }: Counts): void {
  const asked = questioners.reduce((sum, { asked }) => sum + asked, 0)
  const slowestMs = Math.max(...questioners.map(({ slowestMs }) => slowestMs))
  say(
    `${storms} storms, ${world.changes} changes, ${asked} questions, the slowest answer after ${Math.round(slowestMs)} ms`,
  )
  for (const [name, count] of [...faults].sort(([a], [b]) => (a < b ? -1 : 1)))
    say(`${String(count).padStart(5)} × ${name}`)
}

function say(text: string): void {
  console.log(`soak: ${text}`)
}

try {
  const options = readOptions(process.argv.slice(2), randomInt(2 ** 31))
  if (options === 'help') console.log(usage)
  else {
    const { passed, failed } = await soak(options)
    console.log(`${passed} passed, ${failed} failed`)
    process.exitCode = failed === 0 ? 0 : 1
  }
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
