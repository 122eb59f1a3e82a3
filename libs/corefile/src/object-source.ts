/** Where objects come from, as one line. Stanzas with the same line share one source. */

import type { ApiServerLimits, ObjectSource } from './config.ts'

/** `a.yaml b/`, `https://10.0.0.1:6443`, `kubeconfig /etc/kubeconfig prod`, `in-cluster`; what differs from a default follows. */
export function sourceName(source: ObjectSource): string {
  if (source.kind === 'manifests') return source.paths.join(' ')
  const limits = showLimits(source.limits)
  if (source.kind === 'in-cluster') return ['in-cluster', ...limits].join(' ')
  if (source.kind === 'endpoint') {
    const { cert, key, ca } = source.tls ?? {}
    return [source.url, cert, key, ca, ...limits].filter((part) => part !== undefined).join(' ')
  }
  const { file, context } = source
  return ['kubeconfig', file, context, ...limits].filter((part) => part !== undefined).join(' ')
}

function showLimits({ qps, burst, maxInflight }: ApiServerLimits): string[] {
  const limits = { qps, burst, max_inflight: maxInflight }
  return Object.entries(limits).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
}
