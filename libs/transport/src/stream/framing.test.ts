import { MESSAGE_OCTETS_MAX } from '@zonecast/dns'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessageReader } from './framing.ts'
import { ResponseBatch } from './response-batch.ts'

function framed(messages: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(messages.flatMap((message) => [message.length >> 8, message.length & 0xff, ...message]))
}

/** Pushes each part and takes all that is complete after it. */
function readParts(parts: readonly Uint8Array[]): Uint8Array[] {
  const reader = new MessageReader()
  const messages: Uint8Array[] = []
  for (const part of parts) {
    reader.push(part)
    for (let message = reader.next(); message !== undefined; message = reader.next()) messages.push(message)
  }
  return messages
}

function octets(length: number, fill = length): Uint8Array {
  return new Uint8Array(length).map((_, at) => fill + at)
}

const VECTORS: readonly (readonly [string, readonly Uint8Array[]])[] = [
  ['one message', [octets(29)]],
  ['two messages', [octets(12), octets(40)]],
  ['an empty message between two', [octets(5), octets(0), octets(7)]],
  ['a message whose length has two octets that count', [octets(258), octets(513)]],
]

describe('MessageReader', () => {
  for (const [name, messages] of VECTORS) {
    const stream = framed(messages)

    it(`reads ${name} in one piece`, () => expect(readParts([stream])).toEqual(messages))

    it(`reads ${name} octet by octet`, () => {
      expect(readParts([...stream].map((octet) => Uint8Array.of(octet)))).toEqual(messages)
    })

    it(`reads ${name} split at every boundary`, () => {
      for (let cut = 0; cut <= stream.length; cut++) {
        expect(readParts([stream.subarray(0, cut), stream.subarray(cut)]), `cut at ${cut}`).toEqual(messages)
      }
    })
  }

  it('reads the largest message', () => {
    const message = octets(MESSAGE_OCTETS_MAX)
    const stream = framed([message])
    expect(readParts([stream.subarray(0, 60_000), stream.subarray(60_000)])).toEqual([message])
  })

  it('keeps what was not taken when more is pushed', () => {
    const reader = new MessageReader()
    const messages = [octets(3), octets(4), octets(5)]
    const stream = framed(messages)
    reader.push(stream.subarray(0, 8))
    expect(reader.next()).toEqual(messages[0])
    reader.push(stream.subarray(8))
    expect([reader.next(), reader.next(), reader.next()]).toEqual([messages[1], messages[2], undefined])
  })

  it('says when a message has begun', () => {
    const reader = new MessageReader()
    const state = () => [reader.next()?.length, reader.isMidMessage]
    expect(state()).toEqual([undefined, false])
    reader.push(Uint8Array.of(0))
    expect(state()).toEqual([undefined, true])
    reader.push(Uint8Array.of(1))
    expect(state()).toEqual([undefined, true])
    reader.push(Uint8Array.of(9))
    expect(state()).toEqual([1, false])
    expect(state()).toEqual([undefined, false])
  })

  it('forgets everything when cleared', () => {
    const reader = new MessageReader()
    reader.push(framed([octets(3), octets(4)]).subarray(0, 7))
    reader.next()
    reader.next()
    reader.clear()
    expect(reader.isMidMessage).toBe(false)
    reader.push(framed([octets(6)]))
    expect(reader.next()).toEqual(octets(6))
  })

  it('gives the same messages however the stream is cut', () => {
    const message = fc.uint8Array({ maxLength: 700 })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(4_300)), (messages, cuts) => {
        const stream = framed(messages)
        const places = [0, ...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length]
        const parts = places.slice(1).map((end, i) => stream.slice(places[i], end))
        expect(readParts(parts)).toEqual(messages)
      }),
    )
  })

  it('takes any octets, and never gives more than came', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (parts) => {
        const given = readParts(parts).reduce((sum, message) => sum + 2 + message.length, 0)
        expect(given).toBeLessThanOrEqual(parts.reduce((sum, part) => sum + part.length, 0))
      }),
    )
  })
})

describe('ResponseBatch', () => {
  it('frames what it was given, in order, and is empty afterwards', () => {
    const batch = new ResponseBatch()
    const messages = [octets(12), octets(300)]
    for (const message of messages) batch.add(message)
    expect(batch.take()).toEqual(framed(messages))
    expect(batch.isEmpty).toBe(true)
    expect(batch.take()).toEqual(new Uint8Array(0))
  })

  it('has room for the largest message as long as it is not full', () => {
    const batch = new ResponseBatch()
    batch.add(octets(MESSAGE_OCTETS_MAX - 2))
    expect(batch.isFull).toBe(false)
    batch.add(octets(MESSAGE_OCTETS_MAX))
    expect(batch.isFull).toBe(true)
    expect(readParts([batch.take()]).map((message) => message.length)).toEqual([65_533, 65_535])
  })
})
