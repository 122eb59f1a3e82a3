/** Whether one service has anything to add to an answer: what has not shall not take the place of what has. */
import { TYPE } from '@zonecast/dns'
import {
  CLUSTER,
  derivedCount,
  ENDPOINT,
  EXTERNAL,
  endpointCount,
  endpointsAt,
  type Image,
  isIPv6,
  kindOf,
  type Match,
  ownPorts,
  portMatches,
  portSet,
  type QueryName,
  RECORD,
} from '@zonecast/image'
import { hasExternal } from './addresses.ts'

/** See `HasData`. False when `match.steps` are used up. @param type TYPE.A, TYPE.AAAA or TYPE.SRV */
export function hasData(match: Match, name: QueryName, type: number): boolean {
  const image = match.image as Image
  const { view } = image
  const kind = kindOf(view, match.at)
  if (kind === EXTERNAL) return false
  const isService = match.kind === 'service'
  if (type !== TYPE.SRV) {
    const is6 = type === TYPE.AAAA
    const own = view.getUint8(match.at + (is6 ? RECORD.addresses6 : RECORD.addresses4))
    const external = view.getUint8(match.at + (is6 ? RECORD.external6 : RECORD.external4))
    if (isService && kind === CLUSTER && own > 0) return true
    if (external > 0 && hasExternal(image, match, name)) return true
    return (!isService || kind !== CLUSTER) && hasEndpoint(image, match, name, is6)
  }
  const { addresses4, addresses6, external4, external6 } = RECORD
  const own = view.getUint8(match.at + addresses4) + view.getUint8(match.at + addresses6)
  const addresses = own + view.getUint8(match.at + external4) + view.getUint8(match.at + external6)
  if (isService && addresses > 0 && hasNumber(image, match, name, ownPorts(image, match.at))) return true
  return (!isService || kind !== CLUSTER) && hasEndpoint(image, match, name, undefined)
}

/** @param is6 the family; undefined: an SRV record. */
function hasEndpoint(image: Image, match: Match, name: QueryName, is6: boolean | undefined): boolean {
  const { view } = image
  const endpoints = endpointsAt(view, match.at)
  const isService = match.kind === 'service'
  const end = isService ? endpointCount(view, match.at) : match.end
  const first = isService ? 0 : match.first
  // The first ones are named after their IPv4 addresses.
  for (
    let ordinal = is6 ? Math.max(first, derivedCount(view, match.at)) : first;
    ordinal < end && match.steps > 0;
    ordinal++
  ) {
    match.steps -= 1
    const endpoint = endpoints + ordinal * ENDPOINT.octets
    if (is6 !== undefined) {
      if (isIPv6(view, endpoint) === is6) return true
      continue
    }
    const list = portSet(image, match.at, view.getUint16(endpoint + ENDPOINT.portSet, true))
    if (hasNumber(image, match, name, list)) return true
  }
  return false
}

function hasNumber(image: Image, match: Match, name: QueryName, list: number): boolean {
  const { view } = image
  const count = view.getUint32(list, true)
  for (let port = list + 4; port < list + 4 + count * 8 && match.steps > 0; port += 8) {
    match.steps -= 1
    if (view.getUint16(port + 6, true) !== 0 && portMatches(image, port, name, match.portLabel, match.protocol))
      return true
  }
  return false
}
