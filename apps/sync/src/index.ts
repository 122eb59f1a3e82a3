export * from './objects.ts'
export type { SyncReadings } from './readings.ts'
export { SyncFeed, type SyncFeedOptions } from './sync-feed.ts'
export type { Tell } from './tell.ts'
