/** A cluster whose objects can change: in the API server that stands in for a real one in the tests, in this process. */
import { ApiStandIn } from '../stand-in/api-server.ts'
import { endpointSliceObjects, namespaceObject, serviceObject } from './api-objects.ts'
import { type ClusterShape, clusterService, namespaceCount, namespaceName } from './cluster.ts'

export async function changingCluster(shape: ClusterShape): Promise<ApiStandIn> {
  const api = await new ApiStandIn().start()
  for (let index = 0; index < namespaceCount(shape); index++) api.put(namespaceObject(namespaceName(shape, index)))
  for (let index = 0; index < shape.services; index++) {
    const service = clusterService(shape, index)
    api.put(serviceObject(service), ...endpointSliceObjects(service))
  }
  api.compact()
  return api
}
