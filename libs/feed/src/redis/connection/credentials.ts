/**
 * User and password for Redis, from the environment or from files (where secrets are mounted). They are read anew for every
 * connection, so that a password that was changed is taken up, and are never in a message.
 */
import { FeedError } from '../../errors.ts'

export interface Credentials {
  readonly username: string | undefined
  readonly password: string | undefined
  /** Sentinels have users of their own. */
  readonly sentinelUsername: string | undefined
  readonly sentinelPassword: string | undefined
}

/**
 * `PREFIX_USERNAME`, `PREFIX_PASSWORD`, and the same with `_SENTINEL`; each also with `_FILE`, which names a file that holds
 * the value.
 * @param prefix e.g. `ZONECAST_REDIS`
 * @throws FeedError no-auth, when a file cannot be read
 */
export function credentialsFrom(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
  prefix = 'ZONECAST_REDIS',
): Credentials {
  const value = (name: string): string | undefined => {
    const path = environment[`${prefix}_${name}_FILE`]
    if (path === undefined || path === '') return environment[`${prefix}_${name}`] || undefined
    try {
      return readFile(path).replace(/\r?\n$/, '')
    } catch (cause) {
      const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an error'
      throw new FeedError('no-auth', `${prefix}_${name}_FILE: ${path} cannot be read (${reason})`)
    }
  }
  return {
    username: value('USERNAME'),
    password: value('PASSWORD'),
    sentinelUsername: value('SENTINEL_USERNAME'),
    sentinelPassword: value('SENTINEL_PASSWORD'),
  }
}
