/**
 * How names of services are made below a zone: labels from the left, of which `{service}` is the first and `{namespace}`
 * may be one. `{service}.{namespace}.svc` is that of the specification. Without `{namespace}` all services are those of the
 * stanza's one namespace. Read once, when an image is loaded.
 */
import type { ServiceRecord, StanzaRecord } from './content.ts'
import { hashOctet, LABEL_START } from './hash.ts'
import type { QueryName } from './query-name.ts'

/** What stands in a template for the name of a service, and of its namespace. */
export const SERVICE_SYMBOL = '{service}'
export const NAMESPACE_SYMBOL = '{namespace}'

/** A label in wire form, and its hash as `QueryName.hash` has it. */
export interface Label {
  readonly view: DataView
  readonly at: number
  readonly hash: number
}

export interface Template {
  /** What follows `{service}`: a static label in wire form, or undefined for the namespace. From the left. */
  readonly rest: readonly (Uint8Array | undefined)[]
  /** Of `{namespace}` in `rest`; -1: there is none. */
  readonly namespaceAt: number
}

/** @returns undefined for what is no template: `{service}` not first or twice, `{namespace}` twice, an empty label. */
export function parseTemplate(text: string): Template | undefined {
  const [first, ...labels] = text.split('.')
  const rest = labels.map((label) => (label === NAMESPACE_SYMBOL ? undefined : new TextEncoder().encode(label)))
  const namespaceAt = labels.indexOf(NAMESPACE_SYMBOL)
  const right =
    first === SERVICE_SYMBOL &&
    labels.lastIndexOf(NAMESPACE_SYMBOL) === namespaceAt &&
    labels.every((label) => label === NAMESPACE_SYMBOL || /^[a-z0-9_-]{1,63}$/.test(label))
  return right ? { rest, namespaceAt } : undefined
}

/**
 * Reads the labels [0, labels) of a name by a template, from the right.
 * @returns how many labels of the service and of what lies below it stand before the rest, 1 and up; 0: the name is one
 * above those of services (or the service label's parent); -1: a static label differs.
 */
export function readByTemplate({ rest }: Template, name: QueryName, labels: number): number {
  const before = Math.max(labels - rest.length, 0)
  for (let label = labels - 1; label >= before; label--) {
    const fixed = rest[rest.length - (labels - label)]
    if (fixed !== undefined && !name.labelIs(label, fixed)) return -1
  }
  return before
}

/**
 * Which label of a name stands for the namespace.
 * @param before what `readByTemplate` gave
 * @returns -1: none, the name is too short or the template has none.
 */
export function namespaceLabel({ rest, namespaceAt }: Template, labels: number, before: number): number {
  if (namespaceAt < 0) return -1
  const label = before > 0 ? before + namespaceAt : namespaceAt - (rest.length - labels)
  return label < 0 ? -1 : label
}

/** The labels of a service's name before those of the zone; undefined: the template makes no name of it. */
export function applyTemplate(
  { namespace: only }: Pick<StanzaRecord, 'namespace'>,
  template: string,
  { service, namespace }: Pick<ServiceRecord, 'service' | 'namespace'>,
): string | undefined {
  if (!template.includes(NAMESPACE_SYMBOL) && namespace !== only) return undefined
  return template.replace(NAMESPACE_SYMBOL, namespace).replace(SERVICE_SYMBOL, service)
}

/** @param text one label */
export function labelOf(text: string): Label {
  const view = new DataView(new ArrayBuffer(1 + text.length))
  view.setUint8(0, text.length)
  for (let at = 0; at < text.length; at++) view.setUint8(1 + at, text.charCodeAt(at))
  return { view, at: 0, hash: labelHash(view) }
}

function labelHash(view: DataView): number {
  let hash = LABEL_START
  for (let at = 1; at < view.byteLength; at++) hash = hashOctet(hash, view.getUint8(at))
  return hash
}
