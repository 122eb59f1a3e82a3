/** Which objects a list or watch is about: namespace, label selector, field selector. */

import { parseSelector } from '@zonecast/kubernetes/selector'
import type { ApiObject } from './store.ts'

export type Selects = (object: ApiObject) => boolean

export function selectionOf(namespace: string, query: URLSearchParams): Selects {
  const labels = parseSelector(query.get('labelSelector') ?? '')
  const fields = (query.get('fieldSelector') ?? '').split(',').filter((field) => field !== '')
  const ofFields = fields.map(readField)
  return (object) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    labels.matches(object.metadata.labels ?? {}) &&
    ofFields.every((selects) => selects(object))
}

function readField(text: string): Selects {
  const [, path = '', operator, value] = /^([\w.]+)(!?=)=?(.*)$/.exec(text) ?? []
  return (object) => (String(valueAt(object, path.split('.')) ?? '') === value) === (operator === '=')
}

function valueAt(value: unknown, [first, ...rest]: readonly string[]): unknown {
  if (first === undefined) return value
  return typeof value === 'object' && value !== null
    ? valueAt(Object.entries(value).find(([key]) => key === first)?.[1], rest)
    : undefined
}
