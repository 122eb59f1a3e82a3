/** Publishers and followers over Redis as tests want them: quick to notice, and with a memory of what they were told. */

import type { FollowedStack } from '../image-stack.ts'
import {
  followRedis,
  type Lead,
  type PublishOutcome,
  placeOf,
  publishToRedis,
  type RedisFeedOptions,
  type RedisPublisher,
  type RedisPublisherOptions,
  type Timing,
} from '../redis/index.ts'
import type { Follower } from '../step.ts'
import { imageOf, newStack, type Services, servicesOf } from './images.ts'

export const QUICK: Partial<Timing> = {
  leaseMs: 1000,
  renewMs: 200,
  leaseMarginMs: 100,
  seekMs: 100,
  blockMs: 300,
  silenceMs: 700,
  publisherSilenceMs: 500,
  bulkSilenceMs: 1000,
  headMs: 300,
  reloadJitterMs: 20,
  retryLeastMs: 10,
  retryMostMs: 200,
  publisherRetryMostMs: 200,
  hearMs: 300,
}

export interface TestFollower extends Follower {
  readonly stack: FollowedStack
  readonly errors: string[]
  /** Kinds of what was applied. */
  readonly applied: string[]
  /** How often head was read. */
  readonly heads: number
}

export function follow(url: string, options: Partial<RedisFeedOptions> = {}): TestFollower {
  const stack = newStack()
  const errors: string[] = []
  const applied: string[] = []
  let heads = 0
  const follower = followRedis(
    { feed: 'prod', place: placeOf([url]), stack, timing: QUICK, ...options },
    {
      onApplied: ({ kind }) => applied.push(kind),
      onError: (error) => errors.push('code' in error ? String(error.code) : error.message),
      onHead: () => {
        heads += 1
      },
    },
  )
  return {
    stack,
    errors,
    applied,
    get heads() {
      return heads
    },
    close: () => follower.close(),
  }
}

/** A sync worker in small: holds services, answers `onLead` with a base, and counts what it is told. */
export class TestWorker {
  readonly stack: FollowedStack
  readonly errors: string[] = []
  readonly messages: string[] = []
  readonly leads: Lead[] = []
  /** Who was followed, and when others were heard. */
  readonly told: string[] = []
  readonly publisher: RedisPublisher
  services: Record<string, number> = {}
  standbys = 0
  serial = 0

  constructor(url: string, options: Partial<RedisPublisherOptions> = {}) {
    this.stack = options.stack ?? newStack()
    this.publisher = publishToRedis(
      { feed: 'prod', place: placeOf([url]), stack: this.stack, timing: QUICK, name: 'a', config: 'same', ...options },
      {
        onApplied: () => {},
        onError: (error) => {
          this.errors.push('code' in error ? String(error.code) : error.message)
          this.messages.push(error.message)
        },
        onLead: (lead) => {
          this.leads.push(lead)
          this.serial = Math.max(this.serial, ...lead.serials.values())
          void (lead.base === 'wanted' ? this.base() : this.catchUp())
        },
        onStandby: () => {
          this.standbys += 1
        },
        onFollowing: (publisher) => this.told.push(`following ${publisher}`),
        onHearing: () => this.told.push('hearing'),
      },
    )
  }

  get publishing(): boolean {
    return this.publisher.publishing
  }

  base(ballast = 0): Promise<PublishOutcome> {
    this.serial += 1
    return this.publisher.publish(imageOf('base', this.services, { ...this.#image, ballast }))
  }

  /** What differs from what is published. */
  async catchUp(): Promise<void> {
    const published = servicesOf(this.stack)
    const gone = Object.keys(published).filter((name) => !(name in this.services))
    const news = Object.entries(this.services).filter(([name, last]) => published[name] !== last)
    const difference = Object.fromEntries([...news, ...gone.map((name) => [name, 0] as const)])
    if (Object.keys(difference).length > 0) await this.change(difference)
  }

  /** Publishes a change as a delta, as a base where that is wanted; a standby only takes note of it. */
  async change(services: Services): Promise<PublishOutcome> {
    Object.assign(this.services, services)
    for (const [name, last] of Object.entries(services)) if (last === 0) delete this.services[name]
    this.serial += 1
    const outcome = await this.publisher.publish(imageOf('delta', services, this.#image))
    return outcome === 'base-wanted' ? this.base() : outcome
  }

  get #image() {
    return { serial: this.serial, format: this.stack.format }
  }

  close(): Promise<void> {
    return this.publisher.close()
  }
}
