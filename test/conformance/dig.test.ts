/** What dig and kdig show of a running `zonecast serve`, on both runtimes. */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLUSTER } from './rows.ts'
import { type ServeProcess, startServe } from './serve-process.ts'

const run = promisify(execFile)
const isInstalled = ['dig', 'kdig', 'openssl'].every((name) => spawnSync(name, ['-h']).error === undefined)

interface Shown {
  readonly status: string
  readonly flags: string
  /** By section, without what is between the fields. */
  readonly sections: Readonly<Record<string, readonly string[]>>
}

/** dig and kdig print alike, but for the spelling of the section titles. */
function read(output: string): Shown {
  const sections: Record<string, string[]> = {}
  let section = ''
  for (const line of output.split('\n')) {
    const title = /^;; (\w+)(?: PSEUDO)? ?SECTION:/i.exec(line)?.[1]
    if (title !== undefined) section = title.toLowerCase()
    else if (line === '') section = ''
    else if (section !== '' && !line.startsWith(';')) {
      sections[section] = [...(sections[section] ?? []), line.split(/\s+/).join(' ')]
    }
  }
  return {
    status: /status: ([A-Z]+)/.exec(output)?.[1] ?? '',
    flags: /flags: ([a-z ]+)/i.exec(output)?.[1]?.trim() ?? '',
    sections,
  }
}

describe.skipIf(!isInstalled).each(['node', 'bun'] as const)(
  'serve on %s (dig, kdig and openssl needed)',
  (runtime) => {
    let serve: ServeProcess
    beforeAll(async () => {
      serve = await startServe(runtime, CLUSTER)
    }, 30_000)

    const ask = async (program: 'dig' | 'kdig', port: string | undefined, ...args: string[]): Promise<Shown> => {
      const { stdout } = await run(program, ['@127.0.0.1', '-p', String(port), ...args])
      return read(stdout)
    }

    const ways = [
      ['dig over UDP', 'dig', 'dns', []],
      ['dig over TCP', 'dig', 'dns', ['+tcp']],
      ['dig over TLS', 'dig', 'tls', ['+tls']],
      ['dig over HTTPS, POST', 'dig', 'https', ['+https']],
      ['dig over HTTPS, GET', 'dig', 'https', ['+https-get']],
      ['kdig over UDP', 'kdig', 'dns', []],
      ['kdig over TCP', 'kdig', 'dns', ['+tcp']],
      ['kdig over TLS', 'kdig', 'tls', ['+tls']],
      ['kdig over HTTPS', 'kdig', 'https', ['+https']],
    ] as const

    describe.each(ways)('%s', (_way, program, scheme, switches) => {
      const query = (...args: string[]) => ask(program, serve.ports[scheme], ...switches, ...args)

      test('a ClusterIP', async () => {
        const { status, flags, sections } = await query('web.shop.svc.cluster.local', 'A')
        expect([status, flags]).toEqual(['NOERROR', 'qr aa rd'])
        expect(sections['answer']).toEqual(['web.shop.svc.cluster.local. 5 IN A 10.96.0.10'])
      })

      test('SRV with its addresses', async () => {
        const { sections } = await query('_sql._tcp.db.data.svc.cluster.local', 'SRV')
        expect(sections['answer']?.toSorted()).toEqual([
          '_sql._tcp.db.data.svc.cluster.local. 5 IN SRV 0 33 5432 db-0.db.data.svc.cluster.local.',
          '_sql._tcp.db.data.svc.cluster.local. 5 IN SRV 0 33 5432 db-1.db.data.svc.cluster.local.',
        ])
        expect(sections['additional']?.toSorted()).toEqual([
          'db-0.db.data.svc.cluster.local. 5 IN A 10.244.1.1',
          'db-0.db.data.svc.cluster.local. 5 IN AAAA fd00:244::1',
          'db-1.db.data.svc.cluster.local. 5 IN A 10.244.1.2',
        ])
      })

      test('an address, back to its name', async () => {
        const { sections } = await query('-x', '10.96.0.11')
        expect(sections['answer']).toEqual(['11.0.96.10.in-addr.arpa. 5 IN PTR dual.shop.svc.cluster.local.'])
      })

      test('an ExternalName and its target', async () => {
        const { sections } = await query('alias.shop.svc.cluster.local', 'A')
        expect(sections['answer']).toEqual([
          'alias.shop.svc.cluster.local. 5 IN CNAME web.shop.svc.cluster.local.',
          'web.shop.svc.cluster.local. 5 IN A 10.96.0.10',
        ])
      })

      test('NXDOMAIN and NODATA, with SOA', async () => {
        for (const [name, expected] of [
          ['nope.shop.svc', 'NXDOMAIN'],
          ['shop.svc', 'NOERROR'],
        ]) {
          const { status, sections } = await query(`${name}.cluster.local`, 'A')
          expect([name, status]).toEqual([name, expected])
          expect(sections['answer']).toBeUndefined()
          expect(sections['authority']?.[0]).toMatch(/^cluster\.local\. 5 IN SOA ns\.dns\.cluster\.local\. hostmaster/)
        }
      })
    })

    test('the addresses of an answer rotate', async () => {
      const firsts = new Set<string | undefined>()
      while (firsts.size < 2) {
        const { sections } = await ask('dig', serve.ports['dns'], 'db.data.svc.cluster.local', 'A')
        expect(sections['answer']).toHaveLength(2)
        firsts.add(sections['answer']?.[0])
      }
    })

    test('a manifest that changes, changes the answer', async () => {
      await serve.change(CLUSTER.replaceAll('10.96.0.11', '10.96.0.99'))
      let answer: readonly string[] = []
      while (!answer[0]?.endsWith('10.96.0.99')) {
        const { sections } = await ask('dig', serve.ports['dns'], 'dual.shop.svc.cluster.local', 'A')
        answer = sections['answer'] ?? []
        expect(answer).toHaveLength(1)
      }
    })

    afterAll(async () => {
      expect(await serve.stop()).toBe(0)
    })
  },
)
