import { expect, test } from 'vitest'
import { credentialsFrom } from './credentials.ts'

test('credentials come from the environment or from files', () => {
  const environment = {
    ZONECAST_REDIS_USERNAME: 'sync',
    ZONECAST_REDIS_PASSWORD_FILE: '/run/secret',
    ZONECAST_REDIS_SENTINEL_PASSWORD: 's',
  }
  expect(credentialsFrom(environment, () => 'hush\n')).toEqual({
    username: 'sync',
    password: 'hush',
    sentinelUsername: undefined,
    sentinelPassword: 's',
  })
  const unreadable = () => {
    throw Object.assign(new Error('no'), { code: 'EACCES' })
  }
  expect(() => credentialsFrom(environment, unreadable)).toThrow('/run/secret cannot be read (EACCES)')
})
