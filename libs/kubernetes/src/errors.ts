/**
 * What can be wrong with selectors, manifests and the API server, and where. Callers branch on `code`, never on the text;
 * what is wrong with a single value of an object is no error but a warning (field-reader.ts).
 */

export const KUBERNETES_ERRORS = {
  'bad-credentials': 'a kubeconfig, an account or a certificate cannot be used',
  'bad-reply': 'the API server sends what is neither a list nor the events of a watch',
  forbidden: 'the account lacks a right',
  'json-syntax': 'the text is not JSON',
  'no-cluster': 'nothing says where the API server is',
  'no-match': 'a pattern matches no file, or a file is not there',
  'no-resource': 'the API server does not know a resource',
  'not-an-object': 'a document is no Kubernetes object',
  refused: 'the API server refuses a request',
  'selector-syntax': 'the text is no label selector',
  'too-deep': 'a value is nested deeper than the limit',
  'too-large': 'a document or file is larger than the limit',
  unreachable: 'the API server cannot be reached, or the connection to it broke',
  unreadable: 'a file or directory cannot be read',
  'yaml-syntax': 'the text is not YAML',
} as const

export type KubernetesErrorCode = keyof typeof KUBERNETES_ERRORS

/** Where a fault lies, as far as it is known; all numbers count from 1. */
export interface Place {
  readonly file?: string
  /** Which of a file's documents. */
  readonly document?: number
  readonly line?: number
  readonly column?: number
}

/** `web.yaml:14:3: document 2: …`; where the file is not known `line 14: column 3: document 2: …`. */
function prefixOf({ file, document, line, column }: Place): string {
  const parts: string[] = []
  if (file !== undefined) parts.push([file, line, column].filter((part) => part !== undefined).join(':'))
  if (file === undefined && line !== undefined) parts.push(`line ${line}`)
  if (file === undefined && column !== undefined) parts.push(`column ${column}`)
  if (document !== undefined) parts.push(`document ${document}`)
  return parts.map((part) => `${part}: `).join('')
}

export class KubernetesError extends Error {
  override readonly name = 'KubernetesError'
  readonly code: KubernetesErrorCode
  readonly place: Place
  /** The message without the place. */
  readonly problem: string

  constructor(code: KubernetesErrorCode, place: Place, problem: string, options?: ErrorOptions) {
    super(prefixOf(place) + problem, options)
    this.code = code
    this.place = place
    this.problem = problem
  }

  /** The same fault, once more is known of its place. */
  at(place: Place): KubernetesError {
    return new KubernetesError(this.code, { ...this.place, ...place }, this.problem, { cause: this })
  }
}
