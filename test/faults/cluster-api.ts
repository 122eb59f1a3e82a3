/** An API server that can be written to and that can fail: the stand-in, or a real one. */
import { startProxy } from '../../libs/feed/src/testing/tcp-proxy.ts'
import { Cluster } from '../cluster/cluster.ts'
import { ApiStandIn } from '../stand-in/api-server.ts'
import type { ApiObject } from '../stand-in/store.ts'

export interface ClusterApi {
  /** How a `kubernetes` stanza names it. */
  readonly option: string
  put(object: ApiObject): Promise<void>
  remove(object: ApiObject): Promise<void>
  /** As with SIGKILL. What it stores it keeps. */
  kill(): Promise<void>
  start(): Promise<void>
  /** It is there, and says nothing any more. */
  stall(): void
  resume(): void
  close(): Promise<void>
}

/** Also what only the stand-in can do. */
export interface StandInApi extends ClusterApi {
  readonly server: ApiStandIn
}

export async function startStandIn(): Promise<StandInApi> {
  const server = await new ApiStandIn().start()
  const proxy = await startProxy(Number(new URL(server.url).port))
  return {
    server,
    option: `endpoint http://127.0.0.1:${proxy.port}`,
    put: async (object) => server.put(object),
    remove: async (object) => server.remove(object),
    kill: () => server.stop(),
    async start() {
      await server.start()
    },
    stall: () => proxy.freeze(),
    resume: () => proxy.thaw(),
    async close() {
      await proxy.close()
      await server.stop()
    },
  }
}

/** @throws when the environment does not name the binaries; see test/cluster/build.sh */
export async function startCluster(): Promise<ClusterApi> {
  const cluster = await Cluster.start()
  return {
    option: `kubeconfig ${cluster.adminKubeconfig}`,
    put: (object) => cluster.put(object),
    remove: (object) => cluster.remove(object),
    kill: () => cluster.stopApiServer(),
    start: () => cluster.startApiServer(),
    stall: () => cluster.signalApiServer('SIGSTOP'),
    resume: () => cluster.signalApiServer('SIGCONT'),
    close: () => cluster.stop(),
  }
}
