export * from './objects.ts'
export { SyncFeed, type SyncFeedOptions } from './sync-feed.ts'
