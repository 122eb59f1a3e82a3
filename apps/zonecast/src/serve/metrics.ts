/** The `prometheus` plugin: one server for each address that the Corefile names. All tell the same. */
import type { Configuration } from '@zonecast/corefile'
import { addProcessMetrics, CONTENT_TYPE, Scrape } from '@zonecast/metrics'
import { type Listener, openMetrics } from '@zonecast/transport'
import { RUNTIME, VERSION } from '../version.ts'
import { byPlace } from './places.ts'

/** Adds what a part of the process has to tell. */
export type Contribute = (scrape: Scrape) => void

export interface MetricsServers {
  close(): Promise<void>
}

/** @throws TransportError; then none is left open */
export async function openMetricsServers({ blocks }: Configuration, contribute: Contribute): Promise<MetricsServers> {
  const scrape = () => {
    const answer = new Scrape()
    answer.add('coredns_build_info', { version: VERSION, revision: '', goversion: RUNTIME }, 1)
    addProcessMetrics(answer)
    contribute(answer)
    return answer.text()
  }
  const open: Listener[] = []
  const close = async () => {
    await Promise.all(open.map((listener) => listener.close(0)))
  }
  try {
    const directives = blocks.flatMap(({ prometheus }) => (prometheus === undefined ? [] : [prometheus]))
    for (const { address, port } of byPlace(directives, (directive) => directive.address)) {
      open.push(await openMetrics({ address, port, contentType: CONTENT_TYPE, scrape }))
    }
  } catch (error) {
    await close()
    throw error
  }
  return { close }
}
