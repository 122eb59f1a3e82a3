import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiServer } from './api-server.ts'

const shape = { services: 20, seed: 1 }
const server = createApiServer(shape)
let url: string
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

interface Listed {
  readonly kind: string
  readonly items: readonly { readonly kind: string }[]
}

describe('the stand-in for the API server', () => {
  it.each([
    ['/api/v1/namespaces', 'Namespace', 1],
    ['/api/v1/services', 'Service', 20],
    ['/apis/discovery.k8s.io/v1/endpointslices', 'EndpointSlice', 20],
    ['/api/v1/pods', 'Pod', 0],
  ])('lists %s', async (path, kind, count) => {
    const list = (await (await fetch(url + path)).json()) as Listed
    expect(list.kind).toBe(`${kind}List`)
    expect(list.items.map((item) => item.kind)).toEqual(Array.from({ length: count }, () => kind))
  })

  it('begins a watch with what there is, says when that is all, and leaves it open', async () => {
    const stop = new AbortController()
    const { body } = await fetch(`${url}/api/v1/services?watch=true&sendInitialEvents=true`, { signal: stop.signal })
    const types: string[] = []
    let text = ''
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString()
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      types.push(...lines.map((line) => (JSON.parse(line) as { type: string }).type))
      if (types.at(-1) === 'BOOKMARK') break
    }
    stop.abort()
    expect(types).toEqual([...Array.from({ length: 20 }, () => 'ADDED'), 'BOOKMARK'])
  })

  it('knows nothing else', async () => expect((await fetch(`${url}/api/v1/secrets`)).status).toBe(404))
})
