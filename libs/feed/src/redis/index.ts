export {
  type PlaceOptions,
  placeOf,
  placeText,
  type RedisAddress,
  type RedisPlace,
  type Topology,
} from './connection/address.ts'
export { type RedisClient, runScript } from './connection/client.ts'
export { type ConnectOptions, connectIoredis, connectRedis, disconnect } from './connection/connect.ts'
export { type Credentials, credentialsFrom } from './connection/credentials.ts'
export { faultOf } from './connection/fault.ts'
export { Troubles } from './connection/troubles.ts'
export type { RedisFollowerEvents } from './following/follower.ts'
export { type LoadedState, loadState } from './following/load-state.ts'
export { openReader } from './following/reader.ts'
export { keptText, type Lack, loadPosition, type Replayed, replay } from './following/replay.ts'
export { followRedis, publishToRedis, type RedisFeedOptions, type RedisPublisherOptions } from './open.ts'
export { compactionDue, type LogLoad } from './publishing/compaction.ts'
export type { Lead, PublisherEvents, RedisPublisher } from './publishing/publisher.ts'
export type { CompactOutcome, Published, PublishOutcome, TrimOutcome } from './publishing/term-writer.ts'
export { type BaseEntry, parseBases } from './stored/bases.ts'
export { type Entry, readEntries } from './stored/entries.ts'
export { FEED_FORMAT, READABLE_FORMATS } from './stored/formats.ts'
export { type Head, readHead, readSerials } from './stored/head.ts'
export { type FeedKeys, keysOf } from './stored/keys.ts'
export { shown } from './stored/shown.ts'
export { DEFAULT_TIMING, type Timing } from './timing.ts'
