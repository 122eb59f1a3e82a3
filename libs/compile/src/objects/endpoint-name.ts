/** What an endpoint is called below its service: HOST of HOST.SVC.NS.svc.Z. */
import type { Endpoint } from '@zonecast/kubernetes'
import { isLabel } from './host-name.ts'

/**
 * Its hostname, else with `endpoint_pod_names` its pod's name if that is one label, else the address as the slice spells
 * it, with hyphens. undefined when the hostname is no label.
 * @param address one of the endpoint's, valid
 */
export function endpointName(endpoint: Endpoint, address: string, podNames: boolean): string | undefined {
  const hostname = endpoint.hostname.toLowerCase()
  if (hostname !== '') return isLabel(hostname) ? hostname : undefined
  if (podNames && isLabel(endpoint.podName)) return endpoint.podName
  const name = address.replace(/[.:]/g, '-').toLowerCase()
  return name.endsWith('-') ? `${name}0` : name
}
