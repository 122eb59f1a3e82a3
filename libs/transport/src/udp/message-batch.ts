/**
 * The slots of a batch of messages: what `recvmmsg` fills and `sendmmsg` sends, laid out once.
 *
 *     struct mmsghdr  0 name address(8)     8 name length(4)   16 iovec address(8)   24 iovec count(8)
 *                    32 control address(8) 40 control length(8) 48 flags(4)          56 message length(4)     64 octets
 *     struct iovec    0 memory address(8)   8 length(8)                                                       16 octets
 *     struct cmsghdr  0 length(8)           8 level(4)         12 type(4)            16 data
 *     in_pktinfo     16 interface(4)       20 local(4)         24 destination(4)
 *     in6_pktinfo    16 destination(16)    32 interface(4)
 *
 * Answer k leaves through send header k, which points at response k and at the name and the control message of the query
 * that it answers. Those are in place already unless a query before it got no answer.
 */
import type { PacketClient } from '@zonecast/answer'
import { type Packet, packetOver } from '@zonecast/dns'
import { allocate, type Libc, MSG_TRUNC } from './libc.ts'
import { SOCKET_ADDRESS_OCTETS } from './socket-address.ts'
import { SourceAddress } from './source-address.ts'

const HEADER_WORDS = 16
export const HEADER_SIZE = HEADER_WORDS * 4
/** Fields of a header, in words of 32 bits. */
const NAME = 0
const NAME_LENGTH = 2
const IOVEC = 4
const IOVEC_COUNT = 6
const CONTROL = 8
const CONTROL_LENGTH = 10
const FLAGS = 12
const MESSAGE_LENGTH = 14

const IOVEC_WORDS = 4
const IOVEC_LENGTH = 2

const NAME_OCTETS = 32
/** Room for an IPV6_PKTINFO control message, which is 36 octets; an IP_PKTINFO has 28. */
const CONTROL_OCTETS = 40
const CONTROL_WORDS = CONTROL_OCTETS / 4

/** More than any sensible query has; what is longer is refused unread. */
export const QUERY_OCTETS = 4096
/** The largest answer over UDP; most are capped at 1232 (RFC 9715). */
export const RESPONSE_OCTETS = 4096

const CONTROL_LEVEL = 2
const IPPROTO_IPV6 = 41
/** fe80::/10, in the first four octets as a little-endian word. */
const LINK_LOCAL = 0x80fe
const LINK_LOCAL_MASK = 0xc0ff

/** Where an answer goes and where it leaves from: a socket address, and a control message or nothing. */
export interface Envelope {
  readonly name: Uint8Array
  readonly control: Uint8Array
}

export class MessageBatch {
  readonly size: number
  /** Of the array of mmsghdr to receive into. */
  readonly receiveAddress: number
  /** Of the array of mmsghdr to send. */
  readonly sendAddress: number
  readonly queries: readonly Packet[]
  readonly responses: readonly Packet[]
  readonly #received: Int32Array
  readonly #sent: Int32Array
  readonly #responseVectors: Int32Array
  readonly #names: Uint8Array
  readonly #source: SourceAddress
  readonly #controls: Int32Array
  readonly #namesAddress: number
  readonly #controlsAddress: number
  /** Which query each send header points at. */
  readonly #answered: Int32Array

  constructor(libc: Libc, size: number) {
    const received = allocate(libc, size * HEADER_SIZE)
    const sent = allocate(libc, size * HEADER_SIZE)
    const vectors = allocate(libc, 2 * size * IOVEC_WORDS * 4)
    const names = allocate(libc, size * NAME_OCTETS)
    const controls = allocate(libc, size * CONTROL_OCTETS)
    const queries = allocate(libc, size * QUERY_OCTETS)
    const responses = allocate(libc, size * RESPONSE_OCTETS)
    this.size = size
    this.receiveAddress = received.address
    this.sendAddress = sent.address
    this.queries = slots(size, (i) => packetOver(new Uint8Array(queries.buffer, i * QUERY_OCTETS, QUERY_OCTETS)))
    this.responses = slots(size, (i) =>
      packetOver(new Uint8Array(responses.buffer, i * RESPONSE_OCTETS, RESPONSE_OCTETS)),
    )
    this.#received = new Int32Array(received.buffer)
    this.#sent = new Int32Array(sent.buffer)
    this.#responseVectors = new Int32Array(vectors.buffer, size * IOVEC_WORDS * 4)
    this.#names = new Uint8Array(names.buffer)
    this.#source = new SourceAddress(this.#names)
    this.#controls = new Int32Array(controls.buffer)
    this.#namesAddress = names.address
    this.#controlsAddress = controls.address
    this.#answered = Int32Array.from({ length: size }, (_, i) => i)

    const allVectors = new Int32Array(vectors.buffer)
    for (let i = 0; i < size; i++) {
      const header = i * HEADER_WORDS
      for (const [words, vector] of [
        [this.#received, i],
        [this.#sent, size + i],
      ] as const) {
        setAddress(words, header + NAME, names.address + i * NAME_OCTETS)
        setAddress(words, header + IOVEC, vectors.address + vector * IOVEC_WORDS * 4)
        words[header + IOVEC_COUNT] = 1
        setAddress(words, header + CONTROL, controls.address + i * CONTROL_OCTETS)
      }
      setAddress(allVectors, i * IOVEC_WORDS, queries.address + i * QUERY_OCTETS)
      allVectors[i * IOVEC_WORDS + IOVEC_LENGTH] = QUERY_OCTETS
      setAddress(allVectors, (size + i) * IOVEC_WORDS, responses.address + i * RESPONSE_OCTETS)
    }
    this.clear(size)
  }

  /** Sets `end` of the packet in slot i to what was received. */
  query(i: number): Packet {
    const query = this.queries[i] as Packet
    query.end = this.#received[i * HEADER_WORDS + MESSAGE_LENGTH] ?? 0
    return query
  }

  /** Whether the message in slot i was longer than QUERY_OCTETS. */
  isCut(i: number): boolean {
    return ((this.#received[i * HEADER_WORDS + FLAGS] ?? 0) & MSG_TRUNC) !== 0
  }

  /** Whether the message in slot i came from port 0, to which no answer can be sent. */
  isFromNowhere(i: number): boolean {
    const port = i * NAME_OCTETS + 2
    return this.#names[port] === 0 && this.#names[port + 1] === 0
  }

  /** Who sent the message in slot i: one object for all slots. */
  source(i: number): PacketClient {
    this.#source.read(i * NAME_OCTETS)
    return this.#source
  }

  /** Makes response k the k-th message to send, to whoever sent the message in slot i, from where that was sent to. */
  reply(k: number, i: number): void {
    const header = k * HEADER_WORDS
    if (this.#answered[k] !== i) {
      this.#answered[k] = i
      setAddress(this.#sent, header + NAME, this.#namesAddress + i * NAME_OCTETS)
      setAddress(this.#sent, header + CONTROL, this.#controlsAddress + i * CONTROL_OCTETS)
    }
    this.#sent[header + NAME_LENGTH] = this.#received[i * HEADER_WORDS + NAME_LENGTH] ?? 0
    this.#sent[header + CONTROL_LENGTH] = this.#leaveByRoute(i)
    this.#responseVectors[k * IOVEC_WORDS + IOVEC_LENGTH] = this.responses[k]?.end ?? 0
  }

  /** Copies of who sent the message in slot i and of the control message for its answer, for another thread to send. */
  envelope(i: number): Envelope {
    const received = i * HEADER_WORDS
    const name = i * NAME_OCTETS
    const control = i * CONTROL_OCTETS
    return {
      name: this.#names.slice(name, name + (this.#received[received + NAME_LENGTH] ?? 0)),
      control: new Uint8Array(this.#controls.buffer.slice(control, control + this.#leaveByRoute(i))),
    }
  }

  /** Puts that envelope into slot i, as though a message had come with it. */
  address(i: number, { name, control }: Envelope): void {
    this.#names.set(name, i * NAME_OCTETS)
    new Uint8Array(this.#controls.buffer).set(control, i * CONTROL_OCTETS)
    this.#received[i * HEADER_WORDS + NAME_LENGTH] = name.length
    this.#received[i * HEADER_WORDS + CONTROL_LENGTH] = control.length
  }

  /** Empties the first slots, once their answers are sent. */
  clear(received: number): void {
    for (let i = 0; i < received; i++) {
      this.#received[i * HEADER_WORDS + NAME_LENGTH] = SOCKET_ADDRESS_OCTETS
      this.#received[i * HEADER_WORDS + CONTROL_LENGTH] = CONTROL_OCTETS
    }
  }

  /**
   * The control message of a query serves for its answer, once the interface in it is 0: the answer goes where the routes
   * say, not where the query came in. A link-local source means nothing without its interface and keeps it.
   * @returns its length, 0 when the socket is bound to one address and gets none.
   */
  #leaveByRoute(i: number): number {
    const length = this.#received[i * HEADER_WORDS + CONTROL_LENGTH] ?? 0
    if (length > 0) {
      const control = i * CONTROL_WORDS
      const isIPv6 = this.#controls[control + CONTROL_LEVEL] === IPPROTO_IPV6
      if (!isIPv6) this.#controls[control + 4] = 0
      else if (((this.#controls[control + 4] ?? 0) & LINK_LOCAL_MASK) !== LINK_LOCAL) this.#controls[control + 8] = 0
    }
    return length
  }
}

function slots(size: number, make: (i: number) => Packet): readonly Packet[] {
  return Array.from({ length: size }, (_, i) => make(i))
}

/** Writes an address of 64 bits into two words. */
function setAddress(words: Int32Array, at: number, address: number): void {
  words[at] = (address % 0x1_0000_0000) | 0
  words[at + 1] = Math.floor(address / 0x1_0000_0000)
}
