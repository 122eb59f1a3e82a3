import { get } from 'node:http'
import { describeContract } from '../cluster/contract.ts'
import { ApiStandIn, type StandInOptions } from './api-server.ts'

function start(options: StandInOptions) {
  return async () => {
    const server = await new ApiStandIn(options).start()
    return {
      address: { kind: 'endpoint', url: server.url, tls: undefined } as const,
      put: async (object: Parameters<typeof server.put>[0]) => server.put(object),
      remove: async (object: Parameters<typeof server.remove>[0]) => server.remove(object),
      get: (path: string) =>
        new Promise<{ status: number; body: AsyncIterable<Uint8Array> }>((resolve, reject) => {
          get(server.url + path, { agent: false }, (reply) =>
            resolve({ status: reply.statusCode ?? 0, body: reply }),
          ).on('error', reject)
        }),
      async forget() {
        const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'default', name: 'passing' } }
        server.put(pod)
        server.remove(pod)
        server.compact()
        server.dropAll()
      },
      close: () => server.stop(),
    }
  }
}

describeContract('the stand-in', start({}))
describeContract('the stand-in, octet by octet', start({ pieceOctets: 1 }))
