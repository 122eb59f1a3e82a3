/**
 * EndpointSlice (discovery.k8s.io) and its legacy form Endpoints (core/v1) to slim slices.
 *
 * A slice may belong to a Service of its own cluster, to a ServiceImport, or to both; then it gives two slim slices. An
 * Endpoints object gives one per subset, for each subset has ports of its own. What is second gets a name with a slash, which no
 * object of the API server has.
 */

import { isAddress, isDnsLabel, isDnsSubdomain, isIPv4, isIPv6, isObjectName } from '../names.ts'
import type { Endpoint, EndpointSlice } from '../objects.ts'
import { type FieldReader, type Json, quote } from './field-reader.ts'
import { Interner } from './intern.ts'
import type { Metadata } from './slim-metadata.ts'
import type { PortReader } from './slim-ports.ts'

const SERVICE_NAME = 'kubernetes.io/service-name'
const IMPORT_NAME = 'multicluster.kubernetes.io/service-name'
/** A zone is the value of a node's label. */
const ZONE_MAX = 63
const SOURCE_CLUSTER = 'multicluster.kubernetes.io/source-cluster'

export class EndpointsReader {
  readonly #ports: PortReader
  readonly #keepPodNames: boolean
  readonly #zones = new Interner<string>()

  constructor(ports: PortReader, keepPodNames: boolean) {
    this.#ports = ports
    this.#keepPodNames = keepPodNames
  }

  slices(fields: FieldReader, full: Json, { namespace, name, labels }: Metadata): readonly EndpointSlice[] {
    const owners = fields.inside(full, 'metadata', (metadata) =>
      fields.inside(metadata, 'labels', (all) => readOwners(fields, all)),
    )
    if (owners.length === 0) return []
    const ports = this.#ports.read(fields, full, 'optional')
    const isAddressOfType = readAddressType(fields, full)
    if (isAddressOfType === undefined) return []
    const endpoints = fields.eachObject(full, 'endpoints', (endpoint) =>
      this.#endpoint(fields, endpoint, isAddressOfType),
    )
    return owners.map(({ serviceName, sourceCluster }, index) => ({
      kind: 'EndpointSlice',
      namespace,
      name: index === 0 ? name : `${name}/multicluster`,
      serviceName,
      legacy: false,
      sourceCluster,
      ports,
      endpoints,
      labels,
    }))
  }

  #endpoint(fields: FieldReader, endpoint: Json, isValid: (text: string) => boolean): Endpoint | undefined {
    const isReady = fields.inside(endpoint, 'conditions', (conditions) => {
      const ready = conditions['ready'] ?? true
      if (typeof ready !== 'boolean') fields.warn('ready', `${quote(ready)} is neither true nor false`)
      return ready === true
    })
    if (!isReady) return undefined
    const addresses = fields.eachText(endpoint, 'addresses', isValid, 'IP address of the addressType')
    return addresses.length === 0 ? undefined : this.#described(fields, endpoint, addresses)
  }

  #described(fields: FieldReader, endpoint: Json, addresses: readonly string[]): Endpoint {
    let hostname = fields.text(endpoint, 'hostname')
    if (hostname !== '' && !isDnsLabel(hostname)) {
      fields.warn('hostname', `${quote(hostname)} is no DNS label`)
      hostname = ''
    }
    let zone = fields.text(endpoint, 'zone')
    if (zone.length > ZONE_MAX) {
      fields.warn('zone', `${quote(zone)} is longer than ${ZONE_MAX} characters`)
      zone = ''
    }
    const podName = this.#keepPodNames ? readPodName(fields, endpoint) : ''
    return { addresses, hostname, podName, zone: this.#zones.intern(zone, zone) }
  }

  /** One slim slice per subset; addresses that are not ready stand in a list of their own, which is not looked at. */
  legacySlices(fields: FieldReader, full: Json, { namespace, name, labels }: Metadata): readonly EndpointSlice[] {
    let subsets = 0
    return fields.eachObject(full, 'subsets', (subset): EndpointSlice => {
      const ports = this.#ports.read(fields, subset, 'required')
      const endpoints = fields.eachObject(subset, 'addresses', (address) => {
        const ip = fields.text(address, 'ip')
        if (isAddress(ip)) return this.#described(fields, address, [ip])
        fields.warn('ip', `${quote(ip)} is no IP address`)
        return undefined
      })
      const sliceName = `${name}/${subsets++}`
      return {
        kind: 'EndpointSlice',
        namespace,
        name: sliceName,
        serviceName: name,
        legacy: true,
        sourceCluster: '',
        ports,
        endpoints,
        labels,
      }
    })
  }
}

interface Owner {
  readonly serviceName: string
  readonly sourceCluster: string
}

function readOwners(fields: FieldReader, labels: Json): readonly Owner[] {
  const owners: Owner[] = []
  const label = (key: string, isName = isDnsLabel): string => {
    const text = fields.text(labels, key)
    if (text === '' || isName(text)) return text
    fields.warn(key, `${quote(text)} is no valid name`)
    return ''
  }
  const serviceName = label(SERVICE_NAME, isObjectName)
  if (serviceName !== '') owners.push({ serviceName, sourceCluster: '' })
  const importName = label(IMPORT_NAME)
  if (importName !== '') {
    const sourceCluster = label(SOURCE_CLUSTER)
    if (sourceCluster !== '') owners.push({ serviceName: importName, sourceCluster })
    else fields.warn(SOURCE_CLUSTER, `a slice with ${IMPORT_NAME} must say which cluster it is from`)
  }
  if (owners.length === 0) fields.warn(SERVICE_NAME, 'names no service; the slice is left out')
  return owners
}

/** What an address of this slice must be: `addressType`, or where it is absent any address. */
function readAddressType(fields: FieldReader, full: Json): ((text: string) => boolean) | undefined {
  const type = fields.text(full, 'addressType')
  switch (type) {
    case 'IPv4':
      return isIPv4
    case 'IPv6':
      return isIPv6
    case '':
      return isAddress
    default:
      fields.warn('addressType', `${quote(type)} is neither IPv4 nor IPv6; the slice is left out`)
      return undefined
  }
}

/** '' when the target is no pod. */
function readPodName(fields: FieldReader, endpoint: Json): string {
  return fields.inside(endpoint, 'targetRef', (target) => {
    if (target['kind'] !== 'Pod') return ''
    const name = fields.text(target, 'name')
    if (name === '' || isDnsSubdomain(name)) return name
    fields.warn('name', `${quote(name)} is no name of a pod`)
    return ''
  })
}
