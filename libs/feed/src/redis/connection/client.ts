/** The little that the feed needs of a Redis client. */
import { createHash } from 'node:crypto'

export type Argument = string | Uint8Array | number

/** One connection, for its whole life: when it fails it is thrown away and another is made, so nothing is ever sent twice. */
export interface RedisClient {
  /** Strings in the reply are text. */
  call(command: string, args: readonly Argument[]): Promise<unknown>
  /** Strings in the reply are octets. */
  callBuffer(command: string, args: readonly Argument[]): Promise<unknown>
  /** The sections of INFO of every server that holds data. */
  info(section: string): Promise<readonly string[]>
  /** Ends it at once; what is on the way is rejected. */
  end(): void
  readonly ended: boolean
}

const digests = new Map<string, string>()

/** Runs a script by its digest, or by its text where the server does not know it yet. */
export async function runScript(
  client: RedisClient,
  script: string,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  let digest = digests.get(script)
  if (digest === undefined) {
    digest = createHash('sha1').update(script).digest('hex')
    digests.set(script, digest)
  }
  try {
    return await client.call('evalsha', [digest, keys.length, ...keys, ...args])
  } catch (error) {
    // It did not run, so running it now is no second time.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return client.call('eval', [script, keys.length, ...keys, ...args])
  }
}
