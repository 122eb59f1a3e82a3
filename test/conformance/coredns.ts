/** A CoreDNS that watches a stand-in for the API server with given objects. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSelector } from '@zonecast/kubernetes/selector'
import { parseAllDocuments } from 'yaml'
import { serveObjects } from '../bench/api-server.ts'
import { freePort } from '../bench/free-port.ts'
import type { ApiObject } from '../stand-in/store.ts'
import { decodeReply, encodeQuestion, type Reply } from './reply.ts'
import { TcpClient } from './tcp-client.ts'

export interface Coredns {
  ask(name: string, type: string): Promise<Reply>
  stop(): Promise<void>
}

/** From $COREDNS, PATH, or where `go install` puts it. */
export function findCoredns(): string | undefined {
  const go = output('go', ['env', 'GOPATH'])
  const places = [process.env['COREDNS'], output('which', ['coredns']), go && join(go, 'bin/coredns')]
  return places.find((place) => place !== undefined && place !== '' && existsSync(place))
}

/**
 * @param options lines of its `kubernetes` stanza
 * @param known a name of an address, or a PTR record, that it answers once it has read the objects
 */
export async function startCoredns(
  program: string,
  options: string,
  manifests: string,
  known: string,
): Promise<Coredns> {
  const objects = parseAllDocuments(manifests).map((document) => document.toJS() as ApiObject)
  const api = serveObjects((kind, labelSelector) => {
    const selector = parseSelector(labelSelector)
    return objects.filter((object) => object.kind === kind && selector.matches(object.metadata.labels ?? {}))
  })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const port = await freePort()
  const directory = await mkdtemp(join(tmpdir(), 'zonecast-coredns-'))
  const file = join(directory, 'Corefile')
  const endpoint = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  await writeFile(
    file,
    `.:${port} {\n bind 127.0.0.1\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n endpoint ${endpoint}\n${options}\n }\n}\n`,
  )
  const child = spawn(program, ['-conf', file], { stdio: 'ignore' })
  const client = await connected(child, port)
  const ask = async (name: string, type: string) => decodeReply(await client.ask(encodeQuestion(name, type)))
  const type = known.endsWith('.arpa.') ? 'PTR' : 'A'
  while ((await ask(known, type)).answer.length === 0) await later()
  return {
    ask,
    async stop() {
      client.close()
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      api.closeAllConnections()
      api.close()
      await rm(directory, { recursive: true })
    },
  }
}

async function connected(child: ChildProcess, port: number): Promise<TcpClient> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`CoreDNS ended with ${child.exitCode}`)
    try {
      return await TcpClient.open(port)
    } catch {
      await later()
    }
  }
}

/** Between two looks at a condition. */
function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}

function output(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
