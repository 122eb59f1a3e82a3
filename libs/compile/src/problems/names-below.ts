/** What lies below the name of a service. */
import type { ServiceRecord } from '@zonecast/image'

export interface NamesBelow {
  readonly endpoints: ReadonlySet<string>
  /** `http.tcp` */
  readonly ports: ReadonlySet<string>
}

/** @param records of one name, as some stanzas see it */
export function namesBelow(records: readonly ServiceRecord[]): NamesBelow {
  const those = records.filter(({ kind }) => kind === 'cluster' || kind === 'headless')
  const ports = those.flatMap(({ kind, ports, portSets }) =>
    kind === 'cluster' ? ports : [...ports, ...portSets.flat()],
  )
  return {
    endpoints: new Set(those.flatMap((record) => record.endpoints.map((endpoint) => endpoint.name))),
    ports: new Set(ports.map((port) => `${port.name}.${port.protocol}`)),
  }
}
