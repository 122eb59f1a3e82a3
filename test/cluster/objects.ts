/** API objects as tests write them. */

import type { ApiObject } from '../stand-in/store.ts'

export type { ApiObject }

interface Extras {
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): ApiObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

export function service(namespace: string, name: string, extras: Extras = {}): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, ...extras },
    spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  }
}

export function slice(namespace: string, serviceName: string, addresses: readonly string[]): ApiObject {
  const labels = { 'kubernetes.io/service-name': serviceName }
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${serviceName}-1`, namespace, labels },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  }
}
