/** The list read again now and then beside a watch: what differs from what the watch told is repaired and counted. */
import type { Refusal } from './connection/api-client.ts'
import { pause } from './pause.ts'
import { describeScope, type SourceScope } from './resource.ts'
import { isOlder } from './resource-version.ts'
import type { Listing, SourceObjects } from './source-objects.ts'
import type { SourceCounts, SourceOptions } from './source-options.ts'

export interface Audited {
  readonly scope: SourceScope
  readonly options: SourceOptions
  readonly counts: SourceCounts
  readonly objects: SourceObjects
  /** How far the watch has come. */
  version(): string | undefined
  readList(signal: AbortSignal): Promise<{ resourceVersion: string; listing: Listing } | Refusal>
}

export class Audits {
  readonly #source: Audited
  #dueMs = 0

  constructor(source: Audited) {
    this.#source = source
  }

  /** From now on. A server closes its watches more often than an audit is due: when it is goes on from one watch to the next. */
  schedule(): void {
    const { times, random } = this.#source.options
    this.#dueMs = performance.now() + times.auditMs * (0.9 + random() / 5)
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.#dueMs - performance.now(), signal)
      if (signal.aborted) return
      this.schedule()
      try {
        await this.#audit(signal)
      } catch {
        // The watch runs into the same and tells it; the next audit is not far.
      }
    }
  }

  async #audit(signal: AbortSignal): Promise<void> {
    const { scope, options, counts, objects, version, readList } = this.#source
    const { auditGraceMs } = options.times
    objects.beginAudit()
    const listed = await readList(signal)
    if ('status' in listed || signal.aborted) return
    const untilMs = performance.now() + auditGraceMs
    const isBehind = (): boolean => {
      const present = version()
      return present !== undefined && isOlder(present, listed.resourceVersion)
    }
    while (isBehind() && performance.now() < untilMs && !signal.aborted) await pause(auditGraceMs / 50, signal)
    if (signal.aborted) return
    counts.audits++
    const drift = objects.endAudit(listed.listing)
    if (drift.length === 0) return
    counts.drift += drift.length
    options.onWarning(
      `${describeScope(scope)}: ${drift.length} objects differed from what the watch had told; they are repaired`,
    )
    options.onChanges(drift)
  }
}
