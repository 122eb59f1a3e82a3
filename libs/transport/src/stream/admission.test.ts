import { describe, expect, it } from 'vitest'
import { Admission } from './admission.ts'

describe('Admission', () => {
  it('bounds one address without shutting out the others', () => {
    const admission = new Admission(10, 2)
    expect(['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2'].map((a) => admission.admit(a))).toEqual([
      true,
      true,
      false,
      true,
    ])
  })

  it('bounds all addresses together', () => {
    const admission = new Admission(2, 2)
    expect(['::1', '::2', '::3'].map((a) => admission.admit(a))).toEqual([true, true, false])
  })

  it('lets in again what was released, and counts no release twice', () => {
    const admission = new Admission(2, 1)
    admission.admit('::1')
    admission.admit('::2')
    admission.release('::1')
    admission.release('::1')
    expect([admission.admit('::1'), admission.admit('::3')]).toEqual([true, false])
  })
})
