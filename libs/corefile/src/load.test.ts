import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from './limits.ts'
import { loadCorefile } from './load.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'corefile-'))
  mkdirSync(join(folder, 'custom/folder.conf'), { recursive: true })
  // As a ConfigMap is mounted: links to files in a hidden folder.
  mkdirSync(join(folder, 'custom/..data'))
  writeFileSync(join(folder, 'custom/..data/b.conf'), 'errors\n')
  symlinkSync('..data/b.conf', join(folder, 'custom/b.conf'))
  writeFileSync(join(folder, 'custom/a.conf'), 'log\n')
  writeFileSync(
    join(folder, 'Corefile'),
    '{$ZONE_OF_TEST:.} {\n import custom/*.conf\n kubernetes {\n  manifests objects\n }\n}\n',
  )
  writeFileSync(join(folder, 'latin1'), Uint8Array.of(0x2e, 0xff))
  writeFileSync(join(folder, 'large'), new Uint8Array(limits.fileSize * 2 + 1))
})

afterAll(() => rmSync(folder, { recursive: true }))

test('a Corefile with its imports', () => {
  const path = join(folder, 'Corefile')
  const { file, files, blocks } = loadCorefile(path, { dnsPort: 1053 })
  expect(file).toBe(path)
  expect(files).toEqual([path, join(folder, 'custom/a.conf'), join(folder, 'custom/b.conf')])
  expect(blocks[0]).toMatchObject({
    keys: [{ zone: '.', port: 1053 }],
    log: [{ position: { file: join(folder, 'custom/a.conf'), line: 1, column: 1 } }],
    errors: { stacktrace: false },
    kubernetes: { source: { paths: [join(folder, 'objects')] } },
  })
})

test("the environment is the process's own, unless another is handed in", () => {
  process.env['ZONE_OF_TEST'] = 'shop.example'
  expect(loadCorefile(join(folder, 'Corefile')).blocks[0]?.keys[0]?.zone).toBe('shop.example.')
  delete process.env['ZONE_OF_TEST']
  const environment = () => 'billing.example'
  expect(loadCorefile(join(folder, 'Corefile'), { environment }).blocks[0]?.keys[0]?.zone).toBe('billing.example.')
})

test.each([
  ['none', 'there is no such file'],
  ['custom', 'it is a folder'],
  ['latin1', 'it is not UTF-8'],
  ['large', 'it has more than 1048576 characters'],
])('%s: %s', (name, reason) => {
  const path = join(folder, name)
  expect(() => loadCorefile(path)).toThrow(`${path}:1:1: cannot read "${path.slice(0, 77)}`)
  expect(() => loadCorefile(path)).toThrow(reason)
})
