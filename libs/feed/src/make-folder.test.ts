import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zonecast-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what is missing is made, by several at once too, and what is there stays', async () => {
  const path = join(folder, 'a', 'b', 'c')
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(path, 'd'))])
  await makeFolder(path)
  expect(statSync(join(path, 'd')).isDirectory()).toBe(true)
})

test('a file in the way is said', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(makeFolder(join(folder, 'file', 'a', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

test.skipIf(!existsSync('/proc/self'))(
  'a folder that takes none is said (skipped where there is no /proc)',
  async () => {
    await expect(makeFolder('/proc/zonecast/cache')).rejects.toMatchObject({ code: 'ENOENT' })
  },
)
