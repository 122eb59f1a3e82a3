import { beforeEach, expect, test } from 'vitest'
import { FeedError, type FeedErrorCode } from '../../errors.ts'
import { Troubles } from './troubles.ts'

const told: string[] = []
const troubles = new Troubles<'renew' | 'write'>(
  ({ code }) => told.push(code),
  () => told.push('over'),
)
const fault = (code: FeedErrorCode) => new FeedError(code, 'x')

beforeEach(() => {
  for (const doing of ['all', 'renew', 'write'] as const) troubles.over(doing)
  told.length = 0
})

test('a trouble is told once while it lasts, and its end', () => {
  for (let n = 0; n < 3; n++) troubles.report(fault('unreachable'))
  troubles.report(fault('loading'))
  troubles.over()
  troubles.over()
  troubles.report(fault('loading'))
  expect(told).toEqual(['unreachable', 'loading', 'over', 'loading'])
})

test('what one meets is not over because another goes well', () => {
  for (let n = 0; n < 3; n++) {
    troubles.report(fault('no-permission'), 'write')
    troubles.over('renew')
  }
  expect(told).toEqual(['no-permission'])
  troubles.over('write')
  expect(told).toEqual(['no-permission', 'over'])
})

test('what both meet is told once, and is over when it is for both', () => {
  troubles.report(fault('unreachable'), 'renew')
  troubles.report(fault('unreachable'), 'write')
  troubles.over('write')
  troubles.over('renew')
  expect(told).toEqual(['unreachable', 'over'])
})

test('who stopped trying holds nothing up', () => {
  troubles.report(fault('unreachable'), 'renew')
  troubles.report(fault('unreachable'), 'write')
  troubles.forget('write')
  troubles.over('renew')
  expect(told).toEqual(['unreachable', 'over'])
})
