/** What the end of a list or watch means for what comes next. */

import { KubernetesError } from '../errors.ts'
import type { Refusal } from './connection/api-client.ts'
import { describeScope, type SourceScope } from './resource.ts'

export type Ending =
  /** The server closed a watch as servers do now and then: go on from where it came to. */
  | { readonly kind: 'closed' }
  /** What we know is too old, or the server's past is another: list anew. */
  | { readonly kind: 'gone' }
  /** The server does not stream lists: read them in pages. */
  | { readonly kind: 'no-streaming' }
  /** Try again, later each time. */
  | { readonly kind: 'failed'; readonly error: KubernetesError; readonly retryAfterMs: number | undefined }
  /** The account lacks a right, or the resource is not there; nothing but a person can help. */
  | { readonly kind: 'off'; readonly error: KubernetesError }
  /** The credentials do not count (any more). */
  | { readonly kind: 'unauthorized'; readonly error: KubernetesError }

/** The statuses with which servers of various ages refuse `sendInitialEvents`. */
const NO_STREAMING: readonly number[] = [400, 405, 406, 415, 422, 501]
const TOO_LARGE_VERSION = /Too large resource version/

/** @param asked what was refused, or ended by an ERROR event */
export function endingOf(refusal: Refusal, scope: SourceScope, asked: 'list' | 'streamed list' | 'watch'): Ending {
  const { status, reason, message, retryAfterMs } = refusal
  const said = message || reason || `status ${status}`
  if (asked === 'watch') {
    if (status === 410 || reason === 'Expired' || reason === 'Gone') return { kind: 'gone' }
    // The server's newest is older than what we know.
    if (status === 504 && TOO_LARGE_VERSION.test(message)) return { kind: 'gone' }
  }
  if (asked === 'streamed list' && NO_STREAMING.includes(status)) return { kind: 'no-streaming' }
  switch (status) {
    case 401:
      return {
        kind: 'unauthorized',
        error: error(
          'bad-credentials',
          scope,
          `the API server does not know us (${said}): the token or certificate is not valid there, or not any more`,
        ),
      }
    case 403:
      return { kind: 'off', error: error('forbidden', scope, `${missingRight(scope)} (${said})`) }
    case 404:
      return { kind: 'off', error: error('no-resource', scope, `${missingResource(scope)} (${said})`) }
    default:
      return { kind: 'failed', error: error('refused', scope, `status ${status}: ${said}`), retryAfterMs }
  }
}

function error(code: 'bad-credentials' | 'forbidden' | 'no-resource' | 'refused', scope: SourceScope, problem: string) {
  return new KubernetesError(code, {}, `${describeScope(scope)}: ${problem}`)
}

function missingRight({ resource, namespace }: SourceScope): string {
  const where = namespace === '' ? 'in all namespaces (a ClusterRole)' : `in namespace ${namespace}`
  const group = resource.group === '' ? 'the core API group ("")' : `API group "${resource.group}"`
  return `the account may not read them: it needs the verbs list and watch on ${resource.name} of ${group} ${where}`
}

function missingResource({ resource }: SourceScope): string {
  const group = resource.group === '' ? 'v1' : `${resource.group}/${resource.version}`
  return `the API server does not know ${resource.name} of ${group}`
}
