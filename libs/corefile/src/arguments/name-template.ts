/**
 * `names`: templates such as `{service}.{namespace}.svc.{zone}`, which say how names of services are made. Two templates
 * that could make one name of two services are ambiguous.
 */
import type { Position } from '../config.ts'
import { showPosition } from '../errors.ts'
import type { Context, Kind } from '../schema.ts'
import type { Word } from '../text/lexer.ts'
import { didYouMean } from '../values/nearest.ts'

export interface NameTemplate {
  /** From the left, without `{zone}`: `{service}`, then `{namespace}` or static labels in lower case. */
  readonly labels: readonly string[]
  readonly position: Position
}

const SERVICE = '{service}'
const NAMESPACE = '{namespace}'
const ZONE = '{zone}'
const SYMBOLS = [SERVICE, NAMESPACE, ZONE]
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Static labels of more than this leave no room for names. */
const CHARACTERS_MAX = 200
const TEMPLATES_MAX = 16

export const specifiedName = '{service}.{namespace}.svc'

export const nameTemplate: Kind<NameTemplate> = {
  name: 'TEMPLATE',
  expected:
    'labels such as {service}.{namespace}.svc.{zone}: {service} first, {zone} last, {namespace} and others between',
  show: ({ labels }) => [...labels, ZONE].join('.'),
  read(word, { faults, inside }) {
    const labels = word.text.split('.')
    const wrong = (at: number, suggestion: string | undefined) => {
      const found = labels[at] ?? ''
      return faults.add('bad-value', positionOf(word, labels, at), found, {
        inside,
        ...(suggestion === undefined ? { expected: nameTemplate.expected } : { suggestion }),
      })
    }
    if (word.text.length > CHARACTERS_MAX) return wrong(0, `a template has at most ${CHARACTERS_MAX} characters`)
    for (const [at, label] of labels.entries()) {
      if (/[{}]/.test(label)) {
        if (!SYMBOLS.includes(label))
          return wrong(at, didYouMean(label, SYMBOLS) ?? `the symbols are ${SYMBOLS.join(', ')}`)
        if (labels.indexOf(label) < at) return wrong(at, 'it stands twice')
      } else if (!LABEL.test(label.toLowerCase())) {
        return wrong(at, 'between the symbols stand labels: letters, digits and "-", at most 63')
      }
    }
    if (!labels.includes(SERVICE)) return wrong(0, 'a template needs {service}')
    if (labels[0] !== SERVICE)
      return wrong(labels.indexOf(SERVICE), 'it stands first: names of endpoints and ports lie below it')
    if (labels.at(-1) !== ZONE) return wrong(labels.length - 1, 'a template ends with {zone}')
    const lower = labels.slice(0, -1).map((label) => label.toLowerCase())
    const top = lower.at(-1)
    if (top === 'pod' || top === 'dns') return wrong(lower.length - 1, `${top}.{zone} is a fixed name of its own`)
    return { labels: lower, position: word.position }
  },
}

/** Where a label stands in the file; of a quoted word, or one with a variable, where the word does. */
function positionOf({ position, bare }: Word, labels: readonly string[], at: number): Position {
  const before = labels.slice(0, at).reduce((sum, label) => sum + label.length + 1, 0)
  return bare ? { ...position, column: position.column + before } : position
}

/** Rules between the templates of one stanza. @param namespaces how many the stanza names */
export function checkTemplates(
  templates: readonly NameTemplate[],
  namespaces: number,
  { faults, inside }: Context,
): void {
  for (const [at, template] of templates.entries()) {
    const { position } = template
    const text = nameTemplate.show(template)
    const fault = (suggestion: string) =>
      faults.add('conflict', position, text, { inside: `${inside} names`, suggestion })
    if (at === TEMPLATES_MAX) fault(`a stanza has at most ${TEMPLATES_MAX} templates`)
    if (at >= TEMPLATES_MAX) return
    if (!template.labels.includes(NAMESPACE) && namespaces !== 1) {
      fault('without {namespace} it is not clear whose service is meant: name one namespace with "namespaces"')
    }
    const other = templates.slice(0, at).find((earlier) => areAmbiguous(earlier, template))
    if (other === undefined) continue
    fault(`the names that it makes could also be of ${nameTemplate.show(other)} at ${showPosition(other.position)}`)
  }
}

/** True when there is a name of a service that fits both. */
function areAmbiguous({ labels: a }: NameTemplate, { labels: b }: NameTemplate): boolean {
  return a.length === b.length && a.every((label, at) => label === b[at] || label === NAMESPACE || b[at] === NAMESPACE)
}
