import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { encodeQuery, nameFromText, TYPE } from '@zonecast/dns'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { heedOutput } from './heed-output.ts'
import { exchangeUdp } from './query/udp.ts'

const root = join(import.meta.dirname, '../../..')
const MANIFESTS = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.7, ports: [{ name: http, port: 80 }] }
`

let directory: string
const running = new Set<ChildProcess>()

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'zonecast-output-'))
  writeFileSync(join(directory, 'cluster.yaml'), MANIFESTS)
  const options = 'bind 127.0.0.1\n  kubernetes {\n    manifests cluster.yaml\n  }\n  log'
  writeFileSync(join(directory, 'Corefile'), `a.example:0 {\n  ${options}\n}\n`)
})

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(directory, { recursive: true })
})

function start(runtime: string, args: readonly string[]) {
  const program = join(root, 'apps/zonecast/bin/zonecast.js')
  const conf = args[0] === 'query' || args[0] === '-version' ? [] : ['-conf', join(directory, 'Corefile')]
  const child = spawn(join(root, 'node_modules/.bin', runtime), [program, ...args, ...conf], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  return child
}

describe.each(['node', 'bun'])('on %s', (runtime) => {
  test.each([
    [['check']],
    [['check', '--explain', 'web.shop.svc.a.example']],
    [['dump']],
    [['query', '--help']],
    [['-version']],
  ])('%j ends quietly when nobody reads', async (args) => {
    const child = start(runtime, args)
    child.stdout.destroy()
    const [told, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect([told, code]).toEqual(['', 0])
  })

  test('serve goes on when nobody reads its log', async () => {
    const child = start(runtime, ['serve'])
    let told = ''
    child.stderr.on('data', (chunk) => (told += String(chunk)))
    let port = 0
    for await (const chunk of child.stdout) {
      told += String(chunk)
      port = Number(/dns:\/\/127\.0\.0\.1:(\d+)/.exec(told)?.[1] ?? 0)
      if (port > 0) break
    }
    const [qname, type] = [nameFromText('web.shop.svc.a.example.'), TYPE.A]
    const query = encodeQuery({ qname, type, class: 1, id: 7, flags: 0, edns: null })
    const target = { family: 4, address: '127.0.0.1', port, host: '' } as const
    // Until it has its objects it says SERVFAIL; each answer is a line of the log.
    for (let answers = 0; answers < 5 || !told.includes('EPIPE'); ) {
      const { octets } = await exchangeUdp(query, target, AbortSignal.timeout(60_000))
      if (octets[3] === 0 && octets[7] === 1) answers += 1
    }
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect([told.match(/standard output: .*EPIPE/g)?.length, code]).toEqual([1, 0])
  })
})

test('what cannot be written for another reason is an error', () => {
  const [stdout, codes, told]: [EventEmitter, number[], string[]] = [new EventEmitter(), [], []]
  const stderr = Object.assign(new EventEmitter(), { write: (line: string) => told.push(line) })
  heedOutput({ stdout, stderr, exit: (code) => codes.push(code) }, () => false)
  stdout.emit('error', Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
  stderr.emit('error', new Error('EPIPE'))
  expect([codes, told]).toEqual([[1], ['zonecast: standard output: ENOSPC: no space left on device\n']])
})
