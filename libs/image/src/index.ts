export { AddressHolders } from './address-holders.ts'
export { beginImage, buildImage, type FinishImage } from './build.ts'
export * from './content.ts'
export { type Difference, differenceOf } from './difference.ts'
export { ImageError, type ImageErrorCode } from './errors.ts'
export type { ImageStack } from './find.ts'
export { giveBack } from './give-back.ts'
export { HASH_START, hashKey } from './hash.ts'
export { Image, loadImage } from './image.ts'
export { differenceBetween } from './image-difference.ts'
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
export type { ListedName } from './listed-name.ts'
export { lookup, type Outcome } from './lookup.ts'
export { Match, type MatchKind } from './match.ts'
export { buildMerged, mergeImages } from './merge.ts'
export { listNames } from './names.ts'
export { sayable } from './previous-format.ts'
export { QueryName } from './query-name.ts'
export { readContent, readService, serviceOffsets } from './read.ts'
export * from './record.ts'
export { addressEnd, addressStart, entryOrdinal, entryRecord, isVisible, lookupReverse } from './reverse.ts'
export { sameRecords } from './same-records.ts'
export { isReverseZone, shapeOf } from './stanza-shape.ts'
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
export { isAboveServices, mayStandForMany } from './wildcard-question.ts'
export {
  type HasData,
  type WildcardOutcome,
  WildcardSearch,
} from './wildcard-search.ts'
export { renewedView, type ZoneView, zoneView } from './zone-view.ts'
