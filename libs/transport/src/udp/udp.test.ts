/** One suite for all that carries UDP: packet threads and the runtimes' own sockets, on Node and on Bun. */
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { sendFromPortZero } from './testing/raw-sender.ts'
import {
  type Carrier,
  LOOPBACK,
  type Runtime,
  type ServerOptions,
  type ServerProcess,
  startServer,
} from './testing/server-process.ts'
import { UdpClient } from './testing/udp-client.ts'

const subjects: [Runtime, Carrier, description: RegExp][] = [
  ['node', 'threads', /^UDP: 2 packet threads, recvmmsg through koffi$/],
  ['bun', 'threads', /^UDP: 2 packet threads, recvmmsg through bun:ffi$/],
  ['node', 'sockets', /^UDP: 1 socket of node:dgram \(as asked\)$/],
  ['bun', 'sockets', /^UDP: 1 socket of Bun\.udpSocket \(as asked\)$/],
]

const EVERY_ADDRESS = [
  { address: '0.0.0.0', port: 0 },
  { address: '::', port: 0 },
]

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()))
})

async function client(address?: string): Promise<UdpClient> {
  const opened = await UdpClient.open(address)
  ends.push(() => opened.close())
  return opened
}

const clients = (size: number): Promise<UdpClient[]> => Promise.all(Array.from({ length: size }, () => client()))

describe.each(subjects)('UDP on %s through %s', (runtime, carrier, description) => {
  const isThreads = carrier === 'threads'

  async function start(options?: ServerOptions): Promise<ServerProcess> {
    const server = await startServer(runtime, carrier, options)
    ends.push(() => server.kill())
    return server
  }

  test('says what carries it and answers', async () => {
    const server = await start({ threads: 2 })
    expect(server.opened.description).toMatch(description)
    const [one] = await clients(1)
    expect((await one?.ask('echo hello', server.port))?.text).toBe('echo hello first')
    await expect.poll(() => server.counters()).toMatchObject({ received: 1, answered: 1, sendErrors: 0 })
  })

  describe('bound to all addresses, answers from the one that was asked', () => {
    const own = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter((each) => !each.internal)
    const rows: [asked: string, asker: string][] = [
      ['127.0.0.1', '127.0.0.1'],
      ['::1', '::1'],
    ]
    // The runtimes' sockets stand at the addresses that interfaces list; 127.0.0.2 is not listed.
    if (isThreads) rows.push(['127.0.0.2', '127.0.0.1'])
    for (const { family, address, scopeid } of own) {
      // Asked from another of this machine's addresses, so that the route alone would choose another source.
      if (family === 'IPv4') rows.push([address, '0.0.0.0'])
      else if (scopeid === 0) rows.push([address, '::'])
    }
    test.each(rows)('%s', async (asked, asker) => {
      const server = await start({ addresses: EVERY_ADDRESS })
      const one = await client(asker)
      for (const word of ['echo', 'slow']) {
        const { from, text } = await one.ask(word, server.port, asked)
        expect(text).toContain(word)
        expect(from.address).toBe(asked)
        expect(from.port).toBe(server.port)
      }
    })
  })

  test('answers at several addresses, one of them 127.0.0.2', async () => {
    const addresses = ['127.0.0.1', '127.0.0.2', '::1'].map((address) => ({ address, port: 0 }))
    const server = await start({ addresses })
    expect(server.opened.local?.map(({ address }) => address)).toEqual(addresses.map(({ address }) => address))
    for (const { address, port } of server.opened.local ?? []) {
      const one = await client(address === '::1' ? '::1' : '127.0.0.1')
      expect((await one.ask('echo', port, address)).from.address).toBe(address)
      expect((await one.ask('slow', port, address)).from.address).toBe(address)
    }
  })

  test('no client loses an answer because others of its batch have closed their ports', async () => {
    const server = await start()
    for (let round = 0; round < 20; round++) {
      const asking = await Promise.all(Array.from({ length: 24 }, () => UdpClient.open()))
      server.pause()
      for (const each of asking) await each.send('echo', server.port)
      const isLeaving = (i: number) => (i + round) % 3 === 2
      await Promise.all(asking.filter((_, i) => isLeaving(i)).map((each) => each.close()))
      server.resume()
      const staying = asking.filter((_, i) => !isLeaving(i))
      for (const each of staying) expect((await each.answer()).text).toBe('echo first')
      await Promise.all(staying.map((each) => each.close()))
    }
  })

  test('answers go to whoever asked, also when others of the batch get none or theirs later', async () => {
    const server = await start({ addresses: EVERY_ADDRESS })
    const asking = await Promise.all(Array.from({ length: 30 }, (_, i) => client(i % 2 === 0 ? '127.0.0.1' : '::1')))
    const words = ['echo', 'drop', 'slow', 'echo', 'silent']
    for (let round = 0; round < 10; round++) {
      server.pause()
      for (const [i, each] of asking.entries()) {
        const word = words[(i + round) % words.length]
        await each.send(`${word} ${i} ${round}`, server.port, i % 2 === 0 ? '127.0.0.1' : '::1')
      }
      server.resume()
      for (const [i, each] of asking.entries()) {
        const word = words[(i + round) % words.length]
        if (word !== 'echo' && word !== 'slow') continue
        const { text, from } = await each.answer()
        expect(text).toMatch(new RegExp(`^${word} ${i} ${round} `))
        expect(from.address).toBe(i % 2 === 0 ? '127.0.0.1' : '::1')
      }
    }
  })

  test('what is not for the fast path is answered by the slow one, which knows who asks', async () => {
    const server = await start({ addresses: EVERY_ADDRESS })
    const [four, six] = [await client('127.0.0.1'), await client('::1')]
    const asked = { transport: 'udp', address: '127.0.0.1', port: four.port }
    expect((await four.ask('slow', server.port)).text).toBe(`slow ${JSON.stringify(asked)}`)
    const askedSix = { transport: 'udp', address: '::1', port: six.port }
    expect((await six.ask('slow', server.port, '::1')).text).toBe(`slow ${JSON.stringify(askedSix)}`)
  })

  test('a slow path that is silent or fails costs its own query alone', async () => {
    const server = await start()
    const one = await client()
    await one.send('silent', server.port)
    await one.send('fail', server.port)
    expect((await one.ask('slow', server.port)).text).toMatch(/^slow /)
    await expect.poll(() => server.counters()).toMatchObject({ received: 3, slow: 3, answered: 1, dropped: 2 })
  })

  test('a slow path that has its fill takes no more until it has answered', async () => {
    const server = await start({ slowLimit: 2 })
    const one = await client()
    for (let i = 0; i < 5; i++) await one.send(`hold ${i}`, server.port)
    expect((await one.ask('echo', server.port)).text).toBe('echo first')
    await expect.poll(() => server.held()).toBe(2)
    await expect.poll(() => server.counters()).toMatchObject({ slow: 2, overloaded: 3 })
    await server.command('release')
    expect((await one.answer()).text).toMatch(/^hold 0/)
    expect((await one.answer()).text).toMatch(/^hold 1/)
    expect((await one.ask('slow', server.port)).text).toMatch(/^slow /)
  })

  test('what is longer than any query gets FORMERR, unless it is a response', async () => {
    const server = await start()
    const one = await client()
    const query = new Uint8Array(5000)
    query.set([0xab, 0xcd, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1])
    const { octets } = await one.ask(query, server.port)
    expect([...octets]).toEqual([0xab, 0xcd, 0x81, 0x01, 0, 0, 0, 0, 0, 0, 0, 0])
    query[2] = 0x80
    await one.send(query, server.port)
    expect((await one.ask('echo', server.port)).text).toBe('echo first')
    await expect.poll(() => server.counters()).toMatchObject({ received: 3, answered: 2, oversized: 2 })
  })

  test('silence is silence', async () => {
    const server = await start()
    const one = await client()
    await one.send('drop', server.port)
    await one.send('', server.port)
    expect((await one.ask('echo', server.port)).text).toBe('echo first')
    await expect.poll(() => server.counters()).toMatchObject({ received: 3, answered: 1 })
  })

  // Raw sockets are for root alone.
  test.runIf(process.platform === 'linux' && process.getuid?.() === 0)('drops what comes from port 0', async () => {
    const server = await start()
    const one = await client()
    server.pause()
    await one.send('echo before', server.port)
    await sendFromPortZero('echo', server.port)
    await one.send('echo after', server.port)
    server.resume()
    expect((await one.answer()).text).toBe('echo before first')
    expect((await one.answer()).text).toBe('echo after first')
    await expect.poll(() => server.counters()).toMatchObject({ answered: 2, sendErrors: 0 })
  })

  test('answers thousands of queries, each its own', async () => {
    const server = await start({ threads: 2 })
    const asking = await clients(8)
    await Promise.all(
      asking.map(async (each) => {
        for (let batch = 0; batch < 50; batch++) {
          const sent = Array.from({ length: 20 }, (_, i) => `echo ${each.port} ${batch} ${i}`)
          await Promise.all(sent.map((query) => each.send(query, server.port)))
          const answers: string[] = []
          for (const _ of sent) answers.push((await each.answer()).text)
          expect(answers.sort()).toEqual(sent.map((query) => `${query} first`).sort())
        }
      }),
    )
    await expect.poll(() => server.counters()).toMatchObject({ received: 8000, answered: 8000 })
  })

  test('what comes in after a message was posted is answered by it, in every thread', async () => {
    const server = await start({ threads: 3 })
    const asking = await clients(32)
    for (const stamp of ['second', 'third', 'fourth']) {
      await server.command('post', stamp)
      for (const each of asking) expect((await each.ask('echo', server.port)).text).toBe(`echo ${stamp}`)
    }
  })

  test('a port that is taken is an error that says so', async () => {
    const first = await start()
    const second = await start({ addresses: [{ address: '127.0.0.1', port: first.port }], threads: 2 })
    expect(second.opened).toEqual({
      error: 'address-in-use',
      message: expect.stringContaining(`127.0.0.1:${first.port}`),
    })
    expect(await second.exitCode()).toBe(0)
    const third = await start({ addresses: EVERY_ADDRESS.map(({ address }) => ({ address, port: first.port })) })
    expect(third.opened.error).toBe('address-in-use')
  })

  test('an address that this machine has not is an error that says so', async () => {
    const server = await start({ addresses: [...LOOPBACK, { address: '198.51.100.7', port: 0 }] })
    expect(server.opened).toEqual({
      error: 'address-not-available',
      message: expect.stringContaining('198.51.100.7:0'),
    })
    expect(await server.exitCode()).toBe(0)
  })

  test('closing answers what is queued, frees the port, and lets the process end', async () => {
    const server = await start({ threads: 2 })
    const asking = await clients(16)
    const slow = await client()
    const held = await client()
    await held.send('hold', server.port)
    await expect.poll(() => server.held()).toBe(1)
    server.pause()
    for (const each of asking) await each.send('echo', server.port)
    await slow.send('slow', server.port)
    const closed = server.command('close', 10_000)
    server.resume()
    for (const each of asking) expect((await each.answer()).text).toBe('echo first')
    expect((await slow.answer()).text).toMatch(/^slow /)
    await server.command('release')
    expect((await held.answer()).text).toMatch(/^hold /)
    await closed
    expect(await server.exitCode()).toBe(0)
    const next = await start({ addresses: [{ address: '127.0.0.1', port: server.port }] })
    expect(next.opened.local).toEqual([{ address: '127.0.0.1', port: server.port }])
  })

  test.runIf(isThreads)('a thread that fails is reported, and the others take over its share', async () => {
    const server = await start({ threads: 2 })
    const [one] = await clients(1)
    await one?.send('throw', server.port)
    expect((await server.next()).failure).toMatch(/thread "packets \d" ended: .*as asked/)
    for (const each of await clients(16)) {
      expect((await each.ask('echo', server.port)).text).toBe('echo first')
      expect((await each.ask('slow', server.port)).text).toMatch(/^slow /)
    }
    await server.command('close', 1000)
    expect(await server.exitCode()).toBe(0)
  })

  test.runIf(isThreads)('a thread that cannot start is an error, and nothing is left', async () => {
    const server = await start({ threads: 2, stamp: 'fail' })
    expect(server.opened).toEqual({ error: 'thread-failed', message: expect.stringContaining('cannot start') })
    expect(await server.exitCode()).toBe(0)
  })
})
