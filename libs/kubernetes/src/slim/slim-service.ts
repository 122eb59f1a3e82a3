/** Service (core/v1) and ServiceImport (multicluster.x-k8s.io) to their slim forms. */

import { isAddress, isDnsSubdomain } from '../names.ts'
import type { Port, Service, ServiceImport } from '../objects.ts'
import { type FieldReader, type Json, quote } from './field-reader.ts'
import type { Metadata } from './slim-metadata.ts'
import type { PortReader } from './slim-ports.ts'

const NO_TEXTS: readonly string[] = Object.freeze([])
const NO_PORTS: readonly Port[] = Object.freeze([])
/** 253 octets and a root dot. */
const EXTERNAL_NAME_MAX = 254
/** RFC 3339, as the API server writes it. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/**
 * Nothing when its type is none that there is.
 * @param isExternalKept whether the addresses that lead in from outside are kept
 */
export function slimService(
  fields: FieldReader,
  full: Json,
  { namespace, name, labels, annotations }: Metadata,
  portReader: PortReader,
  isExternalKept: boolean,
): readonly Service[] {
  const creationTimestamp = fields.inside(full, 'metadata', (metadata) => readTimestamp(fields, metadata))
  const ingress = isExternalKept ? readIngress(fields, full) : NO_TEXTS
  return fields.inside(full, 'spec', (spec): readonly Service[] => {
    const type = readType(fields, spec)
    if (type === undefined) return []
    const isExternalName = type === 'ExternalName'
    return [
      {
        kind: 'Service',
        namespace,
        name,
        type,
        clusterIPs: type === 'ClusterIP' ? readClusterIPs(fields, spec) : NO_TEXTS,
        externalName: isExternalName ? readExternalName(fields, spec) : '',
        ports: isExternalName ? NO_PORTS : portReader.read(fields, spec, 'required'),
        labels,
        annotations,
        externalIPs: isExternalKept ? fields.eachText(spec, 'externalIPs', isAddress, 'IP address') : NO_TEXTS,
        ingress,
        creationTimestamp,
      },
    ]
  })
}

function readType(fields: FieldReader, spec: Json): Service['type'] | undefined {
  const type = fields.text(spec, 'type')
  switch (type) {
    case '':
    case 'ClusterIP':
    case 'NodePort':
    case 'LoadBalancer':
      return firstClusterIP(spec) === 'None' ? 'Headless' : 'ClusterIP'
    case 'ExternalName':
      return type
    default:
      fields.warn('type', `${quote(type)} is no type of service; the service is left out`)
      return undefined
  }
}

function firstClusterIP({ clusterIP, clusterIPs }: Json): unknown {
  return Array.isArray(clusterIPs) && clusterIPs.length > 0 ? clusterIPs[0] : clusterIP
}

/** `clusterIPs`, or else `clusterIP`, which the API server copies there. */
function readClusterIPs(fields: FieldReader, spec: Json): readonly string[] {
  const listed = fields.eachText(spec, 'clusterIPs', isAddress, 'IP address')
  if (listed.length > 0) return listed
  const one = fields.text(spec, 'clusterIP')
  if (isAddress(one)) return [one]
  if (one !== '') fields.warn('clusterIP', `${quote(one)} is no IP address`)
  return NO_TEXTS
}

/** As written, but for its length: whether a CNAME can lead there is judged where the CNAME is made. */
function readExternalName(fields: FieldReader, spec: Json): string {
  const text = fields.text(spec, 'externalName')
  if (text !== '' && text.length <= EXTERNAL_NAME_MAX) return text
  const problem = text === '' ? 'no name is given' : `${quote(text)} is longer than a name can be`
  fields.warn('externalName', `${problem}; the service answers nothing`)
  return ''
}

function readIngress(fields: FieldReader, full: Json): readonly string[] {
  return fields.inside(full, 'status', (status) =>
    fields.inside(status, 'loadBalancer', (balancer) =>
      fields.eachObject(balancer, 'ingress', (entry) => readIngressPoint(fields, entry)),
    ),
  )
}

function readIngressPoint(fields: FieldReader, entry: Json): string | undefined {
  const ip = fields.text(entry, 'ip')
  if (isAddress(ip)) return ip
  if (ip !== '') fields.warn('ip', `${quote(ip)} is no IP address`)
  const hostname = fields.text(entry, 'hostname')
  if (isDnsSubdomain(hostname) && !isAddress(hostname)) return hostname
  if (hostname !== '') fields.warn('hostname', `${quote(hostname)} is no host name`)
  return undefined
}

function readTimestamp(fields: FieldReader, metadata: Json): number {
  const text = fields.text(metadata, 'creationTimestamp')
  if (text === '') return 0
  const time = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return time
  fields.warn('creationTimestamp', `${quote(text)} is no time`)
  return 0
}

/** Nothing when its type is none that there is. */
export function slimServiceImport(
  fields: FieldReader,
  full: Json,
  { namespace, name, labels }: Metadata,
  portReader: PortReader,
): readonly ServiceImport[] {
  return fields.inside(full, 'spec', (spec): readonly ServiceImport[] => {
    const type = fields.text(spec, 'type')
    if (type !== 'ClusterSetIP' && type !== 'Headless') {
      fields.warn('type', `${quote(type)} is no type of service import; the import is left out`)
      return []
    }
    const clusterIPs = fields.eachText(spec, 'ips', isAddress, 'IP address')
    const ports = portReader.read(fields, spec, 'required')
    return [{ kind: 'ServiceImport', namespace, name, type, clusterIPs, ports, labels }]
  })
}
