/** Objects and stanzas for the compiler, without the feed: what `serve` and `dump` need of the sync worker. */
export { compileWarningText, stanzaOf } from './stanza.ts'
export { type ObjectEvents, readObjects, watchObjects } from './watch-objects.ts'
