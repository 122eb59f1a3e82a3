/**
 * What a worker does and knows while another publishes: its stack follows, and each try to take the lease tells how far that
 * has come, also where the follower is stuck.
 */
import type { CacheFile } from '../../cache-file.ts'
import type { Clock } from '../../clock.ts'
import { FeedError } from '../../errors.ts'
import type { FollowedStack } from '../../image-stack.ts'
import { laterOf } from '../../position.ts'
import type { Position, StackEvents } from '../../step.ts'
import type { RedisLink } from '../connection/link.ts'
import type { PublisherDoing, Troubles } from '../connection/troubles.ts'
import { RedisFollower } from '../following/follower.ts'
import type { Head } from '../stored/head.ts'
import type { FeedKeys } from '../stored/keys.ts'
import { type KnownSerials, serialsOf } from '../stored/serials.ts'
import type { Timing } from '../timing.ts'
import type { LeaseTerm } from './lease-term.ts'

export interface StandbyParts {
  readonly keys: FeedKeys
  /** Hash of the configuration that shapes our records. */
  readonly config: string
  readonly stack: FollowedStack
  readonly cache: CacheFile | undefined
  readonly clock: Clock
  readonly timing: Timing
  readonly serials: KnownSerials
  readonly troubles: Troubles<PublisherDoing>
  readonly events: StandbyEvents
  openFollowerLink(): RedisLink
}

export interface StandbyEvents extends StackEvents {
  onHead(head: Head | undefined): void
  /** The publisher gave its lease up. */
  onHandover(): void
}

/** How long a term waits for its follower to catch up before it asks for a base. */
const CATCH_UP_MS = 10_000

export class Standby {
  readonly #parts: StandbyParts
  #follower: RedisFollower | undefined
  /** The last position that another was seen to have come to. */
  #seen: Position = ''
  /** Where the follower last found that it cannot get. */
  #outOfReach: Position = ''
  /** Called when the follower has moved, or cannot. */
  #moved: () => void = () => {}
  #otherConfig = ''

  constructor(parts: StandbyParts) {
    this.#parts = parts
  }

  /** The last position that we know of. */
  get known(): Position {
    return laterOf(this.#parts.stack.position, this.#seen)
  }

  /** Whether the publisher is another whose records are shaped otherwise than ours would be. */
  get configurationDiffers(): boolean {
    return this.#otherConfig !== ''
  }

  follow(): void {
    if (this.#follower !== undefined) return
    const { cache, clock, events, keys, openFollowerLink, serials, stack, timing, troubles } = this.#parts
    this.#follower = new RedisFollower({
      keys,
      stack,
      cache,
      clock,
      timing,
      link: openFollowerLink(),
      troubles,
      events: {
        onApplied: (applied) => {
          // Redis may lose them again, and the stack with it.
          serials.learn(serialsOf(stack.images[0]))
          events.onApplied(applied)
          this.#moved()
        },
        onError: (error) => events.onError(error),
        onHead: (head) => this.#sawHead(head),
        onOutOfReach: (position) => {
          this.#outOfReach = position
          this.#moved()
        },
        onHandover: () => events.onHandover(),
      },
    })
    this.#follower.start()
  }

  /** The stack is its own no more. */
  async stop(): Promise<void> {
    const follower = this.#follower
    this.#follower = undefined
    this.#otherConfig = ''
    await follower?.close()
  }

  /** Another has the lease, and has come so far. */
  sawHolder(position: Position, serials: ReadonlyMap<string, number>): void {
    this.#seen = laterOf(position, this.#seen)
    this.#parts.serials.learn(serials)
  }

  /** Waits until the follower is at one of these positions or knows that it cannot get there; and not for ever. */
  async caughtUp(positions: readonly Position[], term: LeaseTerm): Promise<void> {
    const { clock, stack } = this.#parts
    const until = clock.monotonicMs() + CATCH_UP_MS
    while (!term.isOver() && clock.monotonicMs() < until) {
      const there = stack.images.length > 0 && positions.includes(stack.position)
      if (there || this.#outOfReach === term.position) return
      const moved = new AbortController()
      this.#moved = () => moved.abort()
      await clock.sleep(until - clock.monotonicMs(), AbortSignal.any([moved.signal, term.signal]))
    }
  }

  #sawHead(head: Head | undefined): void {
    const { config, events } = this.#parts
    events.onHead(head)
    const other = head === undefined || head.config === config ? '' : head.config
    if (other !== '' && other !== this.#otherConfig) {
      const text = `publisher ${head?.publisher} shapes records otherwise than this one would; "zonecast feed status" names the options`
      events.onError(new FeedError('other-configuration', text))
    }
    this.#otherConfig = other
  }
}
