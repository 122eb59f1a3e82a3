/** One suite for all stream and HTTP transports, on both runtimes: the same questions get the same answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BIG_TXT_COUNT } from './scripted-handler.ts'
import { Certificates, RUNTIMES, Served } from './served.ts'
import { transports } from './transports.ts'

const certificates = new Certificates()
const files = certificates.make('server')
afterAll(() => certificates.remove())

describe.each(RUNTIMES)('on %s', (runtime) => {
  let served: Served
  beforeAll(async () => {
    served = await Served.start(runtime, files)
  })
  afterAll(() => served.end())

  describe.each(transports(runtime))('$name', ({ client, ask }) => {
    it('answers a name that is there', async () => {
      expect(await ask(served.ports, 'web.shop.example', 'A')).toEqual({
        rcode: 'NOERROR',
        answers: ['web.shop.example A 10.0.0.7'],
      })
    })

    it('answers a name that is not there', async () => {
      expect(await ask(served.ports, 'nope.shop.example', 'A')).toEqual({ rcode: 'NXDOMAIN', answers: [] })
    })

    it('waits for an answer that takes its time', async () => {
      expect(await ask(served.ports, 'later.shop.example', 'A')).toEqual({
        rcode: 'NOERROR',
        answers: ['later.shop.example A 10.0.0.7'],
      })
    })

    it('keeps the case of the question', async () => {
      const { answers } = await ask(served.ports, 'WeB.sHoP.eXaMpLe', 'A')
      expect(answers).toEqual(['WeB.sHoP.eXaMpLe A 10.0.0.7'])
    })

    it('carries an answer of nearly 64 kB', async () => {
      const { answers } = await ask(served.ports, 'big.shop.example', 'TXT')
      expect(answers).toHaveLength(BIG_TXT_COUNT)
    })

    it('tells the handler who asks', async () => {
      const { answers } = await ask(served.ports, 'who.shop.example', 'TXT')
      expect(answers).toEqual([`who.shop.example TXT ${client}`])
    })

    it('answers many at once', async () => {
      const names = Array.from({ length: 20 }, (_, i) => `${i % 2 === 0 ? 'web' : 'later'}-${i}.example`)
      const all = await Promise.all(names.map((name) => ask(served.ports, name, 'A')))
      expect(all.map(({ answers }) => answers)).toEqual(names.map((name) => [`${name} A 10.0.0.7`]))
    })

    it.each(['throw', 'reject'])('goes on after a handler that fails: %s', async (word) => {
      await expect(ask(served.ports, `${word}.example`, 'A')).rejects.toThrow()
      expect(await ask(served.ports, 'web.example', 'A')).toMatchObject({ rcode: 'NOERROR' })
    })
  })
})
