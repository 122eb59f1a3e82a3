import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TokenFile } from './token-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zonecast-token-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('is read anew each time, as kubelet renews it: a link that leads elsewhere', async () => {
  const path = (...names: readonly string[]) => join(folder, ...names)
  for (const token of ['first', 'second']) {
    await mkdir(path(token))
    await writeFile(path(token, 'token'), `${token}\n`)
  }
  await symlink('first', path('..data'))
  await symlink(join('..data', 'token'), path('token'))
  const file = new TokenFile(path('token'))
  expect(file.read()).toBe('first')
  await symlink('second', path('..data_tmp'))
  await rename(path('..data_tmp'), path('..data'))
  expect(file.read()).toBe('second')
})

test('that is empty for a moment, or gone, counts as what it was', async () => {
  const path = join(folder, 'token')
  await writeFile(path, 'first')
  const file = new TokenFile(path)
  expect(file.read()).toBe('first')
  await writeFile(path, '')
  expect(file.read()).toBe('first')
  await rm(path)
  expect(file.read()).toBe('first')
  await writeFile(path, ' \n')
  expect(file.read()).toBe('first')
  await writeFile(path, 'second')
  expect(file.read()).toBe('second')
})

test('that never held a token is told', async () => {
  const path = join(folder, 'token')
  const file = new TokenFile(path)
  expect(() => file.read()).toThrow('ENOENT')
  await writeFile(path, '\n')
  expect(() => file.read()).toThrow(`the token file ${path} is empty`)
})
