import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Listener } from '../listener.ts'
import { openHealth } from './health.ts'
import { openMetrics } from './metrics.ts'
import { openReady } from './ready.ts'

const LOCAL = { address: '127.0.0.1', port: 0 }
const open: Listener[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close(0)))
})

function kept<T extends Listener>(listener: T): T {
  open.push(listener)
  return listener
}

async function ask({ port }: Listener, path: string, init?: RequestInit): Promise<[number, string]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  return [response.status, await response.text()]
}

describe('health', () => {
  it('is OK at /health, with any method and query, and nowhere else', async () => {
    const health = kept(await openHealth(LOCAL))
    expect(await ask(health, '/health')).toEqual([200, 'OK'])
    expect(await ask(health, '/health?x=1')).toEqual([200, 'OK'])
    expect(await ask(health, '/health', { method: 'POST', body: 'x' })).toEqual([200, 'OK'])
    expect(await ask(health, '/')).toEqual([404, '404 page not found\n'])
    expect(await ask(health, '/healthz')).toEqual([404, '404 page not found\n'])
  })

  it('names the address that is taken', async () => {
    const { port } = kept(await openHealth(LOCAL))
    await expect(openHealth({ ...LOCAL, port })).rejects.toMatchObject({
      code: 'address-in-use',
      message: `cannot listen on 127.0.0.1:${port} (health): another process listens there already`,
    })
  })

  it('lets go of a client that does not finish what it asks', { timeout: 20_000 }, async () => {
    const health = kept(await openHealth(LOCAL))
    const slow = connect(health.port, '127.0.0.1')
    const isClosed = new Promise((resolve) => slow.on('close', resolve))
    let reply = ''
    slow.on('data', (octets) => {
      reply += octets
    })
    slow.write('GET /health HTTP/1.1\r\nHost: 127')
    await isClosed
    expect(reply).toContain('408')
  })

  it('closes although a client keeps its connection open', async () => {
    const health = await openHealth(LOCAL)
    const idle = connect(health.port, '127.0.0.1')
    const isClosed = new Promise((resolve) => idle.on('close', resolve))
    await new Promise((resolve) => idle.on('connect', resolve))
    expect(await ask(health, '/health')).toEqual([200, 'OK'])
    await health.close(0)
    await isClosed
    await expect(ask(health, '/health')).rejects.toThrow()
  })
})

describe('metrics', () => {
  it('gives what there is at each scrape, however it is spelled', async () => {
    let scrapes = 0
    const scrape = () => `m{zone="\u00fc"} ${++scrapes}\n`
    const metrics = kept(await openMetrics({ ...LOCAL, contentType: 'text/plain; version=0.0.4', scrape }))
    expect(await ask(metrics, '/metrics')).toEqual([200, 'm{zone="\u00fc"} 1\n'])
    const response = await fetch(`http://127.0.0.1:${metrics.port}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4')
    expect(await response.text()).toBe('m{zone="\u00fc"} 2\n')
    expect(await ask(metrics, '/')).toEqual([404, '404 page not found\n'])
  })
})

describe('ready', () => {
  it('lists what is pending, sorted, until nothing is', async () => {
    let names = ['kubernetes', 'forward']
    const ready = kept(await openReady({ ...LOCAL, pending: () => names }))
    expect(await ask(ready, '/ready')).toEqual([503, 'forward,kubernetes'])
    names = ['kubernetes']
    expect(await ask(ready, '/ready')).toEqual([503, 'kubernetes'])
    names = []
    expect(await ask(ready, '/ready')).toEqual([200, 'OK'])
    expect(await ask(ready, '/health')).toEqual([404, '404 page not found\n'])
  })

  it('does not ask again what was ready once', async () => {
    let names = ['a', 'b']
    const ready = kept(await openReady({ ...LOCAL, pending: () => names }))
    expect(await ask(ready, '/ready')).toEqual([503, 'a,b'])
    names = ['b']
    expect(await ask(ready, '/ready')).toEqual([503, 'b'])
    names = ['a', 'c']
    expect(await ask(ready, '/ready')).toEqual([200, 'OK'])
  })

  it('asks again and again when it is to', async () => {
    let names: string[] = []
    const ready = kept(await openReady({ ...LOCAL, pending: () => names, monitor: 'continuously' }))
    expect(await ask(ready, '/ready')).toEqual([200, 'OK'])
    names = ['a']
    expect(await ask(ready, '/ready')).toEqual([503, 'a'])
  })

  it('is not ready any more once it shuts down', async () => {
    const ready = kept(await openReady({ ...LOCAL, pending: () => [] }))
    expect(await ask(ready, '/ready')).toEqual([200, 'OK'])
    ready.shutDown()
    expect(await ask(ready, '/ready')).toEqual([503, 'Shutting down'])
  })
})
