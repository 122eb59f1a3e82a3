import { Cluster } from './cluster.ts'
import { describeContract } from './contract.ts'

describeContract('kube-apiserver', async () => {
  const cluster = await Cluster.start()
  return {
    address: { kind: 'kubeconfig', file: cluster.adminKubeconfig, context: undefined },
    put: (object) => cluster.put(object),
    remove: (object) => cluster.remove(object),
    get: (path) => cluster.get(path),
    async forget() {
      await cluster.stopApiServer()
      await cluster.startApiServer()
    },
    close: () => cluster.stop(),
  }
})
