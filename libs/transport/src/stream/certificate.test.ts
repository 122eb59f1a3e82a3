import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Certificates } from '../contract/served.ts'
import { followCertificate, readCertificate } from './certificate.ts'

const certificates = new Certificates()
const one = certificates.make('one')
const two = certificates.make('two')
afterAll(() => certificates.remove())

const nothing = join(certificates.folder, 'nothing.pem')
const nonsense = join(certificates.folder, 'nonsense.pem')
writeFileSync(nonsense, 'nonsense')

describe('readCertificate', () => {
  it('reads what fits together', async () => {
    expect(await readCertificate({ ...one, ca: two.cert })).toEqual({
      cert: expect.stringContaining('BEGIN CERTIFICATE'),
      key: expect.stringContaining('PRIVATE KEY'),
      ca: expect.stringContaining('BEGIN CERTIFICATE'),
    })
  })

  it.each([
    ['a certificate that is not there', { ...one, cert: nothing }, `cannot read ${nothing}: ENOENT`],
    ['a key that is not there', { ...one, key: nothing }, `cannot read ${nothing}: ENOENT`],
    ['a CA that is not there', { ...one, ca: nothing }, `cannot read ${nothing}: ENOENT`],
    ['what is no certificate', { ...one, cert: nonsense }, `${nonsense} holds no certificate in PEM form`],
    ['what is no key', { ...one, key: nonsense }, `${nonsense} holds no private key in PEM form`],
    ['what is no CA', { ...one, ca: nonsense }, `${nonsense} holds no CA certificate in PEM form`],
    ['the key of another', { ...one, key: two.key }, `${two.key} is not the key of the certificate in ${one.cert}`],
  ])('names %s', async (_what, files, message) => {
    await expect(readCertificate(files)).rejects.toMatchObject({
      code: 'bad-certificate',
      message: expect.stringContaining(message),
    })
  })
})

describe('followCertificate', () => {
  it('tells a fault once, however often it looks, and the next certificate that fits', async () => {
    const live = certificates.make('live')
    const current = await readCertificate(live)
    const faults: unknown[] = []
    const found = Promise.withResolvers<string>()
    let looks = 0
    const stop = followCertificate({
      files: {
        get cert() {
          looks++
          return live.cert
        },
        key: live.key,
      },
      current,
      onChange: ({ cert }) => found.resolve(cert),
      onError: (error) => faults.push(error),
      everyMs: 1,
    })
    writeFileSync(live.cert, 'nonsense')
    await expect.poll(() => faults.length, { timeout: 20_000 }).toBe(1)
    const before = looks
    await expect.poll(() => looks, { timeout: 20_000 }).toBeGreaterThan(before + 20)
    expect(faults).toHaveLength(1)
    certificates.make('live')
    expect(await found.promise).not.toBe(current.cert)
    stop()
  })
})
