/** A list in pages: however many objects there are, the server never has to hold more than a page of them for us. */

import { KubernetesError } from '../errors.ts'
import type { ObjectChange } from '../objects.ts'
import type { TypeMeta } from '../slim/slim.ts'
import type { ApiClient, Refusal } from './connection/api-client.ts'
import { ListReader, type Slim } from './list-reader.ts'
import { apiVersionOf, listPath, type SourceScope } from './resource.ts'

export interface ListRequest {
  readonly scope: SourceScope
  readonly pageSize: number
  readonly idleMs: number
  readonly signal: AbortSignal
  readonly slim: Slim
  /** Told of each object in turn, and from the beginning when a list has to begin again. */
  readonly onChanges: (changes: readonly ObjectChange[]) => void
  readonly onBegin?: () => void
  readonly onOctets?: (octets: number) => void
}

/** A page that would not end: more than any cluster has. */
const PAGES_MAX = 100_000

/**
 * The whole list, as it was at one moment, and the version of that moment.
 * @throws KubernetesError unreachable, bad-reply, json-syntax …
 */
export async function readList(
  client: ApiClient,
  request: ListRequest,
): Promise<{ resourceVersion: string } | Refusal> {
  request.onBegin?.()
  let continueToken = ''
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page = await readPage(client, request, { limit: request.pageSize, continue: continueToken || undefined })
    if ('status' in page) {
      // The moment that the pages show is forgotten. All at once cannot expire.
      if (page.status !== 410 || continueToken === '') return page
      request.onBegin?.()
      return await readPage(client, request, {})
    }
    if (page.continueToken === '') return page
    continueToken = page.continueToken
  }
  throw new KubernetesError('bad-reply', {}, 'a list does not end')
}

/** How far the server has come, at the price of one object. */
export async function readVersion(
  client: ApiClient,
  request: Omit<ListRequest, 'slim' | 'onChanges'>,
): Promise<string | undefined> {
  const page = await readPage(client, { ...request, slim: () => [], onChanges: () => {} }, { limit: 1 })
  return 'status' in page ? undefined : page.resourceVersion
}

async function readPage(
  client: ApiClient,
  { scope, idleMs, signal, slim, onChanges, onOctets }: ListRequest,
  query: { readonly limit?: number; readonly continue?: string | undefined },
) {
  const type: TypeMeta = { apiVersion: apiVersionOf(scope.resource), kind: scope.resource.kind }
  const reader = new ListReader(type, slim, onChanges)
  const refusal = await client.get({
    path: listPath(scope, query),
    idleMs,
    isWatch: false,
    signal,
    onChunk(chunk) {
      onOctets?.(chunk.length)
      reader.write(chunk)
      return undefined
    },
  })
  return refusal ?? reader.end()
}
