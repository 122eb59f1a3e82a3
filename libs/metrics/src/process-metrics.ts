/** What Prometheus's own clients tell of a process; from /proc on Linux, elsewhere what the runtime knows. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Scrape } from './scrape.ts'

const startedMs = Date.now() - process.uptime() * 1000

export function addProcessMetrics(scrape: Scrape): void {
  const { user, system } = process.cpuUsage()
  scrape.add('process_cpu_seconds_total', {}, (user + system) / 1e6)
  scrape.add('process_resident_memory_bytes', {}, process.memoryUsage.rss())
  scrape.add('process_start_time_seconds', {}, startedMs / 1000)
  const virtualOctets = Number(field('/proc/self/status', /^VmSize:\s+(\d+) kB/m)) * 1024
  const descriptorsMax = Number(field('/proc/self/limits', /^Max open files\s+(\d+)/m))
  if (virtualOctets > 0) scrape.add('process_virtual_memory_bytes', {}, virtualOctets)
  if (descriptorsMax > 0) scrape.add('process_max_fds', {}, descriptorsMax)
  const descriptors = tryRead(() => readdirSync('/proc/self/fd'))
  // The one that lists them is among them.
  if (descriptors !== undefined) scrape.add('process_open_fds', {}, descriptors.length - 1)
}

function field(file: string, pattern: RegExp): string | undefined {
  return pattern.exec(tryRead(() => readFileSync(file, 'utf8')) ?? '')?.[1]
}

/** Other systems have no such files. */
function tryRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
