/** Every way of asking, brought to one form: a name and a type go in, what the answer says comes out. */
import { decode, encode, RECURSION_DESIRED, type RecordType } from 'dns-packet'
import { ask, type HttpRequest, type HttpVersion } from './http-client.ts'
import type { Ports } from './serve.ts'
import type { Runtime } from './served.ts'
import { openTcpClient, openTlsClient } from './stream-client.ts'

export interface Answered {
  readonly rcode: string
  /** As `NAME TYPE DATA`. */
  readonly answers: readonly string[]
}

export interface Transport {
  readonly name: string
  /** What the handler is told of the client. */
  readonly client: string
  readonly ask: (ports: Ports, name: string, type: RecordType) => Promise<Answered>
}

const RCODES: Readonly<Record<number, string>> = { 0: 'NOERROR', 3: 'NXDOMAIN' }
const TYPES: Readonly<Record<number, string>> = { 1: 'A', 16: 'TXT' }
export const DNS_MESSAGE = 'application/dns-message'

export function queryFor(name: string, type: RecordType = 'A', id = 0): Buffer {
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type }] })
}

export function getRequest(query: Uint8Array): HttpRequest {
  return { path: `/dns-query?dns=${Buffer.from(query).toString('base64url')}` }
}

export function postRequest(query: Uint8Array): HttpRequest {
  return { method: 'POST', path: '/dns-query', headers: { 'content-type': DNS_MESSAGE }, body: query }
}

/** @param runtime decides what is skipped: Node has no HTTP/2 without TLS. */
export function transports(runtime: Runtime): Transport[] {
  const versions: HttpVersion[] = ['http/1.1 plain', 'http/1.1', 'h2', ...(runtime === 'bun' ? (['h2c'] as const) : [])]
  return [
    stream('TCP', 'tcp 127.0.0.1 true', (ports) => openTcpClient(ports.tcp)),
    stream('TLS', 'tls 127.0.0.1 true', (ports) => openTlsClient(ports.tls)),
    ...versions.flatMap((version) => [
      overHttp(`GET over ${version}`, version, getRequest),
      overHttp(`POST over ${version}`, version, postRequest),
      json(`JSON over ${version}`, version),
    ]),
  ]
}

function stream(name: string, client: string, open: (ports: Ports) => ReturnType<typeof openTcpClient>): Transport {
  return {
    name,
    client,
    async ask(ports, qname, type) {
      const connection = await open(ports)
      connection.send(queryFor(qname, type, 0x1234))
      const [message] = await connection.received(1)
      connection.socket.destroy()
      return fromWire(message)
    },
  }
}

function overHttp(name: string, version: HttpVersion, requestOf: (query: Uint8Array) => HttpRequest): Transport {
  return {
    name,
    client: 'https 127.0.0.1 true',
    async ask(ports, qname, type) {
      const { status, headers, body } = await ask(version, portOf(version, ports), requestOf(queryFor(qname, type)))
      if (status !== 200 || headers['content-type'] !== DNS_MESSAGE) throw new Error(`${status}: ${body}`)
      return fromWire(body)
    },
  }
}

function json(name: string, version: HttpVersion): Transport {
  return {
    name,
    client: 'https 127.0.0.1 true',
    async ask(ports, qname, type) {
      const path = `/resolve?name=${qname}&type=${type}`
      const { status, body } = await ask(version, portOf(version, ports), { path })
      if (status !== 200) throw new Error(`${status}: ${body}`)
      const answer: JsonShape = JSON.parse(body.toString())
      return {
        rcode: RCODES[answer.Status] ?? String(answer.Status),
        answers: (answer.Answer ?? []).map((record) => {
          return `${record.name.replace(/\.$/, '')} ${TYPES[record.type]} ${record.data.replaceAll('"', '')}`
        }),
      }
    },
  }
}

interface JsonShape {
  readonly Status: number
  readonly Answer?: readonly { readonly name: string; readonly type: number; readonly data: string }[]
}

export function portOf(version: HttpVersion, ports: Ports): number {
  return version === 'http/1.1' || version === 'h2' ? ports.https : ports.http
}

export function fromWire(message: Buffer | undefined): Answered {
  if (message === undefined) throw new Error('no answer')
  const { rcode, answers = [] } = decode(message) as ReturnType<typeof decode> & { readonly rcode: string }
  return {
    rcode,
    answers: answers.map((record) => `${record.name} ${record.type} ${'data' in record ? String(record.data) : ''}`),
  }
}
