/** What the front of the stack answers, asked as a user does, with tools that are not ours. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Each way that the front is reached. */
export const WAYS: Readonly<Record<'UDP' | 'TCP' | 'HTTPS', readonly string[]>> = {
  UDP: ['dig', '-p', '5300', '+notcp', '+tries=1', '+time=1'],
  TCP: ['dig', '-p', '5300', '+tcp', '+tries=1', '+time=2'],
  HTTPS: ['kdig', '-p', '8443', '+https', '+retry=0', '+time=2'],
}
export type Way = keyof typeof WAYS

/** The records, sorted; what went wrong when there is no answer. */
export async function ask(way: Way, ...question: readonly string[]): Promise<string> {
  const [tool = '', ...options] = WAYS[way]
  try {
    const { stdout } = await run(tool, ['@127.0.0.1', ...options, '+short', ...question])
    return stdout.trim().split('\n').sort().join(' ')
  } catch (error) {
    return `no answer: ${(error as { readonly stdout?: string }).stdout ?? String(error)}`
  }
}

/** The responders that answered when asked so many times over UDP. Those that were lost are under `lost`. */
export async function whoAnswers(times: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (let i = 0; i < times; i++) {
    const said = await ask('UDP', 'id.server', 'TXT', 'CH')
    const who = said.startsWith('"') ? said : 'lost'
    counts.set(who, (counts.get(who) ?? 0) + 1)
  }
  return counts
}
