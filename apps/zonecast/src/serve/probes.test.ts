import { parseCorefile } from '@zonecast/corefile'
import { afterEach, expect, test } from 'vitest'
import { freePort } from './free-port.ts'
import { openProbes, type Probes } from './probes.ts'

const open: Probes[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((probes) => probes.close()))
})

/** `/ready` of two blocks that share an address, while these zones are pending. */
async function readiness(pending: () => readonly string[], options = '') {
  const port = await freePort()
  const block = (zone: string) => `${zone} {\n kubernetes\n ready 127.0.0.1:${port} ${options}\n}\n`
  const other = 'other.example {\n kubernetes\n}\n'
  const probes = await openProbes(parseCorefile(block('a.example') + block('b.example') + other), pending)
  open.push(probes)
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/ready`)
    return `${response.status} ${await response.text()}`
  }
  return { probes, ask }
}

test('ready is what all blocks that name it can answer, and once it is it stays so', async () => {
  let pending = ['a.example.', 'b.example.', 'other.example.']
  const { ask } = await readiness(() => pending)
  expect(await ask()).toBe('503 kubernetes')
  pending = ['b.example.']
  expect(await ask()).toBe('503 kubernetes')
  pending = ['other.example.']
  expect(await ask()).toBe('200 OK')
  pending = ['a.example.']
  expect(await ask()).toBe('200 OK')
})

test('with monitor continuously it is asked again', async () => {
  let pending: string[] = []
  const { ask } = await readiness(() => pending, '{\n monitor continuously\n }')
  expect(await ask()).toBe('200 OK')
  pending = ['b.example.']
  expect(await ask()).toBe('503 kubernetes')
})

test('a lame duck is not ready', async () => {
  const { probes, ask } = await readiness(() => [])
  expect(await ask()).toBe('200 OK')
  await probes.lameduck()
  expect(await ask()).toBe('503 Shutting down')
})

test('one that cannot listen leaves none open', async () => {
  const [health, ready] = [await freePort(), await freePort()]
  const corefile = (options: string) => parseCorefile(`. {\n kubernetes\n ${options}\n}\n`)
  const taken = await openProbes(corefile(`ready 127.0.0.1:${ready}`), () => [])
  open.push(taken)
  const both = corefile(`health 127.0.0.1:${health}\n ready 127.0.0.1:${ready}`)
  await expect(openProbes(both, () => [])).rejects.toMatchObject({ code: 'address-in-use' })
  await expect(fetch(`http://127.0.0.1:${health}/health`)).rejects.toThrow()
})
