/** Objects and stanzas for the compiler, without the feed: what `serve`, `dump` and `feed` need of the sync worker. */
export { configHash } from './config-hash.ts'
export { compileWarningText, stanzaOf } from './stanza.ts'
export { type DurationReadings, StepDurations } from './step-durations.ts'
export type { Tell } from './tell.ts'
export { type ObjectEvents, readObjects, type WatchedObjects, watchObjects } from './watch-objects.ts'
