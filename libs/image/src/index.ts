export { beginImage, buildImage, type FinishImage } from './build/build.ts'
export { sayable } from './build/previous-format.ts'
export * from './content.ts'
export { ImageError, type ImageErrorCode } from './errors.ts'
export { giveBack } from './give-back.ts'
export { HASH_START, hashKey } from './hash.ts'
export { Image, loadImage } from './image.ts'
export {
  ENDPOINT,
  ENDPOINT_FLAG,
  FORMAT_VERSION,
  type FormatVersion,
  MAX_PORTS,
  OWN_ADDRESS,
  PREVIOUS_VERSION,
  RECORD,
  type Sha256,
} from './layout.ts'
export { AddressHolders } from './lookup/address-holders.ts'
export type { ImageStack } from './lookup/find.ts'
export type { ListedName } from './lookup/listed-name.ts'
export { lookup, type Outcome } from './lookup/lookup.ts'
export { Match, type MatchKind } from './lookup/match.ts'
export { listNames } from './lookup/names.ts'
export { addressEnd, addressStart, entryOrdinal, entryRecord, isVisible, lookupReverse } from './lookup/reverse.ts'
export { QueryName } from './query-name.ts'
export * from './record.ts'
export { isReverseZone, shapeOf } from './stanza-shape.ts'
export { type Difference, differenceOf } from './states/difference.ts'
export { differenceBetween } from './states/image-difference.ts'
export { buildMerged, mergeImages } from './states/merge.ts'
export { readContent, readService, serviceOffsets } from './states/read.ts'
export { sameRecords } from './states/same-records.ts'
export {
  applyTemplate,
  NAMESPACE_SYMBOL,
  namespaceLabel,
  parseTemplate,
  readByTemplate,
  SERVICE_SYMBOL,
  type Template,
} from './template.ts'
export { SERVICE_KINDS, type TimedServiceKind, type Trigger, triggersOf, triggersToMeta } from './triggers.ts'
export { isAboveServices, mayStandForMany } from './wildcards/question.ts'
export {
  type HasData,
  type WildcardOutcome,
  WildcardSearch,
} from './wildcards/search.ts'
export { renewedView, type ZoneView, zoneView } from './zone-view.ts'
