/** When what made the endpoints' controller write a slice happened: a pod became ready, a selector changed. */
import { isObject, type Json } from '../slim/field-reader.ts'

const ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time'
/** RFC 3339, with as many digits as Go writes. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/**
 * @param metadata of the API object
 * @returns milliseconds since 1970, by the controller's clock; undefined where nothing is said that can be read
 */
export function triggerTimeOf({ annotations }: Json): number | undefined {
  const text = isObject(annotations) ? annotations[ANNOTATION] : undefined
  if (typeof text !== 'string' || !TIME.test(text)) return undefined
  const time = Date.parse(text)
  return time > 0 ? time : undefined
}
