/** node test/cluster/print-services.ts KUBECONFIG: prints NAMESPACE/NAME of every service and ends. */

import { watchCluster } from '@zonecast/kubernetes/watch'

const [file = ''] = process.argv.slice(2)
const end = new AbortController()
const services: string[] = []
const watch = await watchCluster({
  address: { kind: 'kubeconfig', file, context: undefined },
  stanzas: [
    {
      namespaces: [],
      namespaceLabels: undefined,
      labels: undefined,
      pods: 'disabled',
      endpointPodNames: false,
      endpoints: true,
    },
  ],
  signal: end.signal,
  onStep({ changes, synced }) {
    for (const { kind, namespace, name } of changes) if (kind === 'Service') services.push(`${namespace}/${name}`)
    if (synced) end.abort()
  },
  onWarning: (text) => console.error(text),
  onError: (error) => console.error(error.message),
})
await watch.ended
console.log(services.sort().join('\n'))
