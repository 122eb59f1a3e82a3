/** What RFC 7766 and RFC 7858 ask of connections, and what clients may not do to them: on TCP and TLS, Node and Bun. */
import { decode } from 'dns-packet'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Certificates, RUNTIMES, Served } from './served.ts'
import { framed, openTcpClient, openTlsClient, type StreamClient } from './stream-client.ts'
import { fromWire, queryFor } from './transports.ts'

const certificates = new Certificates()
const files = certificates.make('server')
afterAll(() => certificates.remove())

const opened: StreamClient[] = []
afterEach(() => {
  for (const client of opened.splice(0)) client.socket.destroy()
})
async function kept(client: Promise<StreamClient>): Promise<StreamClient> {
  const open = await client
  opened.push(open)
  return open
}

const ids = (messages: readonly Buffer[]) => messages.map((message) => message.readUInt16BE(0))
/** Queries whose answers do not fit what the system buffers. */
const MANY = 1500
const LONG_MS = 600_000
const PATIENTLY = { timeout: 20_000 }

describe.each(RUNTIMES)('on %s', (runtime) => {
  /** Nothing times out, so that what closes a connection here is not a time-out. */
  let patient: Served
  /** Everything times out soon. */
  let impatient: Served
  beforeAll(async () => {
    const slow = { idleMs: LONG_MS, messageMs: LONG_MS, stallMs: LONG_MS }
    const fast = { idleMs: 500, messageMs: 400, stallMs: 400 }
    patient = await Served.start(runtime, {
      ...files,
      streamLimits: { ...slow, inFlight: 3, unsentOctets: 131_072 },
    })
    impatient = await Served.start(runtime, { ...files, streamLimits: fast })
  })
  afterAll(() => Promise.all([patient.end(), impatient.end()]))

  describe.each([
    { name: 'TCP', open: ({ ports }: Served) => kept(openTcpClient(ports.tcp)) },
    { name: 'TLS', open: ({ ports }: Served) => kept(openTlsClient(ports.tls)) },
  ])('$name', ({ open }) => {
    it('answers pipelined queries in the order in which answers come', async () => {
      const client = await open(patient)
      client.send(queryFor('hold.example', 'A', 1), queryFor('web.example', 'A', 2), queryFor('hold.example', 'A', 3))
      expect(ids(await client.received(1))).toEqual([2])
      client.send(queryFor('release.example', 'A', 4))
      const messages = await client.received(4)
      expect(ids(messages).sort()).toEqual([1, 2, 3, 4])
      expect(messages.map((message) => decode(message).questions?.[0]?.name).sort()).toEqual([
        'hold.example',
        'hold.example',
        'release.example',
        'web.example',
      ])
    })

    it('answers a thousand queries of one write', async () => {
      const client = await open(patient)
      const queries = Array.from({ length: 1000 }, (_, id) => queryFor('web.example', 'A', id))
      client.send(...queries)
      expect(ids(await client.received(1000))).toEqual(queries.map((_, id) => id))
    })

    it('reads a query octet by octet', async () => {
      const client = await open(patient)
      for (const octet of framed(queryFor('web.example', 'A', 7))) {
        await new Promise((resolve) => client.socket.write(Buffer.of(octet), resolve))
      }
      expect(ids(await client.received(1))).toEqual([7])
    })

    it('reads two queries split at every boundary', async () => {
      const client = await open(patient)
      const stream = framed(queryFor('web.example', 'A', 1), queryFor('later.example', 'A', 2))
      for (let cut = 1; cut < stream.length; cut++) {
        await new Promise((resolve) => client.socket.write(stream.subarray(0, cut), resolve))
        client.socket.write(stream.subarray(cut))
        await client.received(2 * cut)
      }
    })

    it('does not read on while too many queries are in flight', async () => {
      const client = await open(patient)
      const held = Array.from({ length: 10 }, (_, id) => queryFor('hold.example', 'A', id))
      client.send(...held, queryFor('web.example', 'A', 99))
      for (const count of [3, 3, 3, 1]) {
        await patient.holds(count)
        await patient.tell('release')
      }
      expect(ids(await client.received(11)).sort((a, b) => a - b)).toEqual([...held.keys(), 99])
    })

    it('answers what came before the client closed its side, then closes', async () => {
      const client = await open(patient)
      client.send(queryFor('hold.example', 'A', 1), queryFor('web.example', 'A', 2))
      client.socket.end()
      expect(ids(await client.received(1))).toEqual([2])
      await patient.holds(1)
      await patient.tell('release')
      expect(ids(await client.received(2))).toEqual([2, 1])
      expect(await client.ended).toBe('fin')
    })

    it('says nothing to a response, and goes on', async () => {
      const client = await open(patient)
      const response = queryFor('web.example', 'A', 1)
      response[2] = 0x80
      client.send(response, queryFor('web.example', 'A', 2))
      expect(ids(await client.received(1))).toEqual([2])
    })

    it.each([
      ['an empty message', Buffer.of(0, 0)],
      ['a message without a whole header', framed(Buffer.alloc(11))],
    ])('closes at %s, after answering what came before', async (_reason, octets) => {
      const client = await open(patient)
      client.socket.write(
        Buffer.concat([framed(queryFor('web.example', 'A', 1)), octets, framed(queryFor('web.example'))]),
      )
      expect(ids(await client.received(1))).toEqual([1])
      expect(await client.ended).toBe('fin')
      expect(client.messages).toHaveLength(1)
    })

    it.each(['throw.example', 'reject.example'])(
      'cuts only the connection on which the handler fails: %s',
      async (name) => {
        const [unlucky, other] = [await open(patient), await open(patient)]
        unlucky.send(queryFor(name))
        await unlucky.ended
        other.send(queryFor('web.example', 'A', 5))
        expect(ids(await other.received(1))).toEqual([5])
      },
    )

    it('stops asking the handler for a client that does not read', async () => {
      const { asked: before } = await patient.tell('count')
      const client = await open(patient)
      client.socket.pause()
      client.send(...Array.from({ length: MANY }, () => queryFor('big.example', 'TXT')))
      await expect.poll(async () => (await patient.tell('count')).asked, PATIENTLY).toBeGreaterThan(before)
      const other = await open(patient)
      other.send(queryFor('web.example', 'A', 5))
      expect(ids(await other.received(1))).toEqual([5])
      expect((await patient.tell('count')).asked - before).toBeLessThan(MANY / 2)
      client.socket.resume()
      await client.received(MANY)
    })

    it('cuts off a client when answers that it did not wait for pile up', async () => {
      const client = await open(patient)
      client.socket.pause()
      client.send(queryFor('holdbig.example', 'TXT'), queryFor('holdbig.example', 'TXT'))
      await patient.holds(2)
      const { asked: before } = await patient.tell('count')
      client.send(...Array.from({ length: MANY }, () => queryFor('big.example', 'TXT')))
      await expect.poll(async () => (await patient.tell('count')).asked, PATIENTLY).toBeGreaterThan(before)
      await patient.tell('release')
      client.socket.resume()
      await client.ended
      expect(client.messages.length).toBeLessThan(MANY)
    })

    it('closes a connection without queries', async () => {
      const client = await open(impatient)
      expect(await client.ended).toBe('fin')
    })

    it('closes a connection after its last query', async () => {
      const client = await open(impatient)
      client.send(queryFor('web.example', 'A', 1))
      await client.received(1)
      expect(await client.ended).toBe('fin')
    })

    it('cuts off a client that never ends its message, however often it writes', async () => {
      const client = await open(impatient)
      client.socket.write(Buffer.of(0xff, 0xff))
      const drip = setInterval(() => client.socket.write(Buffer.of(0)), 5)
      await client.ended
      clearInterval(drip)
      expect(client.messages).toEqual([])
    })

    it('keeps a connection whose query takes longer than the idle time', async () => {
      const client = await open(impatient)
      client.send(queryFor('hold.example', 'A', 1))
      await impatient.holds(1)
      const idle = await open(impatient)
      expect(await idle.ended).toBe('fin')
      await impatient.tell('release')
      expect(ids(await client.received(1))).toEqual([1])
    })

    it('cuts off a client that takes no answers', async () => {
      const client = await open(impatient)
      client.socket.pause()
      const isCut = new Promise((resolve) => client.socket.on('error', resolve))
      const write = () =>
        client.socket.write(framed(...Array.from({ length: 200 }, () => queryFor('big.example', 'TXT'))))
      const drip = setInterval(write, 5)
      await isCut
      clearInterval(drip)
    })
  })

  it('answers on IPv6', async ({ skip }) => {
    const { tcp6 } = patient.ports
    if (tcp6 === undefined) return skip('this machine has no ::1')
    const client = await kept(openTcpClient(tcp6, '::1'))
    client.send(queryFor('who.example', 'TXT'))
    expect(fromWire((await client.received(1))[0]).answers).toEqual(['who.example TXT tcp ::1 true'])
  })

  describe.each([
    { name: 'TCP', open: ({ ports }: Served) => openTcpClient(ports.tcp) },
    { name: 'TLS', open: ({ ports }: Served) => openTlsClient(ports.tls) },
  ])('bounds connections over $name', ({ open }) => {
    /** Whether a query on a new connection is answered; the connection stays open. */
    async function isLetIn(served: Served): Promise<boolean> {
      try {
        const client = await kept(open(served))
        client.send(queryFor('web.example'))
        return (await client.received(1)).length === 1
      } catch {
        return false
      }
    }

    it.each([{ connectionsPerAddress: 2 }, { connections: 2 }])('%o', async (streamLimits) => {
      const served = await Served.start(runtime, { ...files, streamLimits })
      expect([await isLetIn(served), await isLetIn(served), await isLetIn(served)]).toEqual([true, true, false])
      opened[0]?.socket.destroy()
      await expect.poll(() => isLetIn(served), PATIENTLY).toBe(true)
      expect(await isLetIn(served)).toBe(false)
      await served.end()
    })
  })

  it('closes when it is told to: what is in flight is answered, what is idle ends, nothing new comes in', async () => {
    const served = await Served.start(runtime, files)
    const busy = [await kept(openTcpClient(served.ports.tcp)), await kept(openTlsClient(served.ports.tls))]
    const idle = [await kept(openTcpClient(served.ports.tcp)), await kept(openTlsClient(served.ports.tls))]
    for (const client of busy) client.send(queryFor('hold.example', 'A', 1))
    await served.holds(2)
    const closed = served.tell(`close ${LONG_MS}`)
    await Promise.all(idle.map((client) => client.ended))
    await expect(openTcpClient(served.ports.tcp)).rejects.toThrow()
    await expect(openTlsClient(served.ports.tls)).rejects.toThrow()
    for (const client of busy) client.send(queryFor('web.example', 'A', 2))
    await served.tell('release')
    for (const client of busy) {
      expect(await client.ended).toBe('fin')
      expect(ids(client.messages)).toEqual([1])
      client.socket.end()
    }
    for (const client of idle) client.socket.end()
    await closed
    await served.end()
  })

  it('cuts what does not end in time when it closes', async () => {
    const served = await Served.start(runtime, files)
    const clients = [await kept(openTcpClient(served.ports.tcp)), await kept(openTlsClient(served.ports.tls))]
    for (const client of clients) client.send(queryFor('hold.example', 'A', 1))
    await served.holds(2)
    expect(await served.tell('close 10')).toMatchObject({ did: 'close 10', held: 2 })
    await Promise.all(clients.map((client) => client.ended))
    expect(clients.flatMap((client) => client.messages)).toEqual([])
    await served.end()
  })
})
