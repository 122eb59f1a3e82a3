import { expect, test } from 'vitest'
import { FeedError } from '../../errors.ts'
import { faultOf } from './fault.ts'

test.each([
  ['NOAUTH Authentication required.', 'no-auth'],
  ['WRONGPASS invalid username-password pair', 'no-auth'],
  ["NOPERM User x has no permissions to run the 'set' command", 'no-permission'],
  [
    "ERR The user executing the script can't run this command or subcommand script: 1f, on @user_script:3.",
    'no-permission',
  ],
  ["ERR ACL failure in script: User x has no permissions to run the 'xadd' command script: 1f", 'no-permission'],
  ["READONLY You can't write against a read only replica.", 'read-only'],
  ["READONLY You can't write against a read only replica. script: 1f, on @user_script:3.", 'read-only'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'out-of-memory'],
  ['LOADING Redis is loading the dataset in memory', 'loading'],
  ['MOVED 3999 127.0.0.1:6381', 'moved'],
  ['CLUSTERDOWN Hash slot not served', 'moved'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'damaged'],
  ['ERR Invalid stream ID specified as stream command argument', 'redis'],
])('%s is %s', (message, expected) => {
  const error = Object.assign(new Error(message), { name: 'ReplyError', command: { args: ['hush'] } })
  const fault = faultOf(error, 'redis://a')
  expect(fault.code).toBe(expected)
  expect(JSON.stringify(fault) + fault.message).not.toContain('hush')
  expect(fault.message).toContain('redis://a')
})

test('a certificate that is not believed is nothing that the network could help', () => {
  const said =
    'self-signed certificate in certificate chain; if the root CA is installed locally, try running Node.js with --use-system-ca'
  const error = Object.assign(new Error(said), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })
  expect(faultOf(error, 'rediss://a')).toMatchObject({
    code: 'unreachable',
    message:
      'Redis at rediss://a: self-signed certificate in certificate chain (its certificate is not believed: see the CA of "tls" in the feed block; trying again)',
  })
})

test('what is no reply is the way to Redis', () => {
  expect(faultOf(new Error('connect ECONNREFUSED 127.0.0.1:1'), 'a').code).toBe('unreachable')
  const own = new FeedError('damaged', 'x')
  expect(faultOf(own, 'a')).toBe(own)
})
