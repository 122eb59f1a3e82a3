/**
 * All of it, as it runs somewhere: an API server whose objects change, Redis, two sync workers, responders on both runtimes, and
 * somebody who asks each responder all the while.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, type RedisServer, startRedis } from '../../libs/feed/src/testing/redis-server.ts'
import type { ClusterApi } from './cluster-api.ts'
import { answerText, DnsClient } from './dns-client.ts'
import { cachedDump, type Dump, differenceOf, differences, freshCompile } from './fresh-compile.ts'
import { Member, type MemberOptions } from './member.ts'
import { Questioner } from './questioner.ts'
import { Truth } from './truth.ts'
import { World } from './world.ts'

/** Longer than anything takes to come back, however busy the machine. */
const AGREED_MS = 90_000
const ZONES = ['cluster.local.', 'in-addr.arpa.']

export interface InstallationOptions {
  /** Closed together with the installation. */
  readonly api: ClusterApi
  readonly responders: readonly ('bun' | 'node')[]
  /** 0 to below 1 */
  readonly random: () => number
  /** Decides who is asked what; `random` when absent. */
  readonly askRandom?: () => number
  /** Another Redis than one of its own, or more options. */
  readonly feed?: MemberOptions['feed']
  /** What a process finds in its environment beside ours. */
  readonly environment?: (who: Pick<MemberOptions, 'name' | 'role'>) => Readonly<Record<string, string>>
}

export class Installation {
  readonly api: ClusterApi
  readonly redis: RedisServer
  readonly truth = new Truth()
  readonly world: World
  readonly syncs: Member[] = []
  readonly responders: Member[] = []
  readonly questioners: Questioner[] = []
  readonly #clients: DnsClient[] = []
  readonly #folder: string
  readonly #askRandom: () => number
  readonly #stanza: string
  #serials = new Map<string, number>()

  private constructor({ api, random, askRandom = random }: InstallationOptions, redis: RedisServer, folder: string) {
    this.api = api
    this.redis = redis
    this.#folder = folder
    this.#askRandom = askRandom
    this.#stanza = `kubernetes cluster.local in-addr.arpa {\n        ${api.option}\n    }`
    this.world = new World(api, this.truth, random)
  }

  /** Resolves when all agree. */
  static async start(options: InstallationOptions): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), 'zonecast-faults-'))
    const installation = new Installation(options, await startRedis(), folder)
    try {
      await installation.world.populate()
      for (const name of ['a', 'b']) await installation.#addSync(name, options)
      for (const [index, runtime] of options.responders.entries()) {
        await installation.#addResponder(`${runtime}-${index}`, runtime, options)
      }
      await installation.agree()
    } catch (error) {
      await installation.close()
      throw error
    }
    return installation
  }

  /** The sync workers that think that they publish, as far as they have said; more than one when one of them was stopped. */
  get publishers(): Member[] {
    return this.syncs.filter(({ recentOutput }) => {
      const began = recentOutput.lastIndexOf('publishing from')
      return began >= 0 && recentOutput.lastIndexOf('another sync worker may publish') < began
    })
  }

  /** What a questioner should not have been told, so far. */
  get wrong(): string[] {
    return this.questioners.flatMap(({ wrong }) => wrong)
  }

  async change(times: number): Promise<void> {
    for (let count = 0; count < times; count++) await this.world.change()
  }

  /** With Redis empty and no cache file nothing but the clock knows the serials, and changes in quick succession run ahead of it. */
  async clockBeyondSerials(): Promise<void> {
    while (Math.max(...this.#serials.values()) >= Math.floor(Date.now() / 1000)) await sleep(50)
  }

  /** Stops a responder and starts it again; it is asked again once it answers. @param before the new process starts */
  async restartResponder(
    index: number,
    signal: NodeJS.Signals,
    before: (responder: Member, exitCode: number | null) => void = () => {},
  ): Promise<void> {
    const [responder, questioner] = [this.responders[index], this.questioners[index]]
    if (responder === undefined || questioner === undefined) throw new Error(`no responder ${index}`)
    questioner.pause()
    before(responder, await responder.stop(signal))
    responder.start()
    await this.#answering(index)
    questioner.resume(true)
  }

  /**
   * Waits until what every responder answers, and what it holds, is what a fresh compile of the API server's objects says, at one
   * serial, which is not before the last one that all agreed on.
   */
  async agree(): Promise<void> {
    const untilMs = performance.now() + AGREED_MS
    const dump = await this.#freshCompile(untilMs)
    for (const question of this.truth.questions) {
      const answer = dump.get(`${question.name} ${question.type}`) ?? 'NXDOMAIN'
      if (!this.truth.isTrue(question, answer)) throw new Error(`the API server has ${question.name}: ${answer}`)
    }
    for (;;) {
      const disagreement = await this.#disagreement(dump)
      if (disagreement === undefined) return
      if (performance.now() > untilMs) throw new Error(`no agreement: ${disagreement}\n${this.#outputs()}`)
      await sleep(100)
    }
  }

  /** Waits until every sync worker, too, is at the serials that all responders last agreed on. */
  async workersAgree(): Promise<void> {
    const untilMs = performance.now() + AGREED_MS
    for (const sync of this.syncs) {
      for (const [zone, serial] of this.#serials) {
        while ((await sync.metric('zonecast_zone_serial', { zone })) !== serial) {
          if (performance.now() > untilMs)
            throw new Error(`${sync.name} is not at ${zone} ${serial}\n${this.#outputs()}`)
          await sleep(100)
        }
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.questioners.map((questioner) => questioner.close()))
    for (const client of this.#clients) client.close()
    await Promise.all([...this.syncs, ...this.responders].map((member) => member.close()))
    await this.redis.close()
    await this.api.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #compiled(): string {
    return `. {\n    ${this.#stanza}\n}\n`
  }

  /** An API server that was away may take a while. */
  async #freshCompile(untilMs: number): Promise<Dump> {
    for (;;) {
      try {
        return await freshCompile(this.#compiled)
      } catch (error) {
        if (performance.now() > untilMs) throw error
      }
    }
  }

  async #disagreement(dump: Dump): Promise<string | undefined> {
    for (const [index, client] of this.#clients.entries()) {
      const found = await differences(client, dump, this.truth.questions)
      if (found.length > 0) return `${this.responders[index]?.name}: ${found.length}, ${found.slice(0, 3).join('; ')}`
    }
    for (const { name, cache } of this.responders) {
      const found = differenceOf(await cachedDump(cache, this.#compiled), dump)
      if (found.length > 0) return `${name} holds: ${found.length}, ${found.slice(0, 3).join('; ')}`
    }
    const serials = new Map<string, number>()
    for (const zone of ZONES) {
      const each = await Promise.all(this.#clients.map((client) => serialOf(client, zone)))
      if (new Set(each).size > 1) return `serials of ${zone}: ${each.join(', ')}`
      const [serial = 0] = each
      const before = this.#serials.get(zone) ?? 0
      if (serial < before) return `serial of ${zone}: ${serial} after ${before}`
      serials.set(zone, serial)
    }
    this.#serials = serials
    return undefined
  }

  async #addSync(name: string, options: InstallationOptions): Promise<void> {
    const sync = await this.#member({ name, role: 'sync', runtime: 'node', port: 0 }, options)
    this.syncs.push(sync)
    sync.start()
  }

  async #addResponder(name: string, runtime: 'bun' | 'node', options: InstallationOptions): Promise<void> {
    const port = await freePort()
    const responder = await this.#member({ name, role: 'respond', runtime, port }, options)
    this.responders.push(responder)
    this.#clients.push(await DnsClient.open(port))
    const questioner = await Questioner.open(name, port, this.truth, this.#askRandom)
    this.questioners.push(questioner)
    responder.start()
    await this.#answering(this.responders.length - 1)
    questioner.resume(true)
  }

  async #member(
    who: Pick<MemberOptions, 'name' | 'role' | 'runtime' | 'port'>,
    { feed, environment = () => ({}) }: InstallationOptions,
  ): Promise<Member> {
    const [folder, stanza, redisPort] = [this.#folder, this.#stanza, this.redis.port]
    const metricsPort = await freePort()
    return Member.create({ ...who, folder, stanza, redisPort, metricsPort, feed, environment: environment(who) })
  }

  async #answering(index: number): Promise<void> {
    const untilMs = performance.now() + AGREED_MS
    const client = this.#clients[index] as DnsClient
    while ((await client.ask('cluster.local.', 'SOA', 200))?.rcode !== 'NOERROR') {
      if (performance.now() > untilMs)
        throw new Error(`${this.responders[index]?.name} does not answer\n${this.#outputs()}`)
      await sleep(10)
    }
  }

  #outputs(): string {
    const members = [...this.syncs, ...this.responders]
    return members.map(({ name, output }) => `--- ${name}\n${output.slice(-2000)}`).join('\n')
  }
}

async function serialOf(client: DnsClient, zone: string): Promise<number> {
  const reply = await client.ask(zone, 'SOA', 5000)
  return reply === undefined ? 0 : Number(answerText(reply, 'SOA').split(' ')[2])
}
