/** What can be wrong with names that objects ask for or would have. */
import type { NameFault } from '../objects/asked-names.ts'

export const NAME_PROBLEMS = [
  'bad-name',
  'too-many-names',
  'bad-name-mode',
  'port-name-taken',
  'bad-port-name',
  'name-taken',
  'name-hidden',
  'service-hidden',
  'namespace-hidden',
  'record-hidden',
  'not-in-format',
  'name-too-long',
] as const satisfies readonly (
  | NameFault['code']
  | 'name-taken'
  | 'name-hidden'
  | 'service-hidden'
  | 'namespace-hidden'
  | 'record-hidden'
  | 'not-in-format'
  | 'name-too-long'
)[]

export type NameProblemCode = (typeof NAME_PROBLEMS)[number]

/**
 * name-taken: another service has the name. name-hidden: it is published, but a fixed name, or that of an endpoint or port,
 * goes before it. service-hidden, namespace-hidden: names below that of a service, or of services in a namespace, may lie
 * among others. record-hidden: nobody is answered the TXT record of a namespace, for its name is another's.
 * not-in-format: images of the format that is published have no words for it. name-too-long: there is no room for it before what a template and a zone put behind.
 */
export interface NameProblem {
  readonly code: NameProblemCode
  readonly namespace: string
  /** As the object is called; '' for `namespace-hidden` and `record-hidden`. */
  readonly service: string
  /** The name in question: as the object has it, or as it would be published. */
  readonly name: string
  /** What goes before it, or behind when it is too long: a service's name, a template, or `an endpoint of web`, `a port of web`, `pod.ZONE`; else ''. */
  readonly by: string
}
