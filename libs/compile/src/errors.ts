/** What is wrong with how the compiler is used. Callers branch on `code`, never on the text. */

export const COMPILE_ERRORS = {
  'no-base': 'a delta needs a base that was compiled before it',
  'no-forward-zone': 'a stanza needs a zone that is not below in-addr.arpa or ip6.arpa',
  'too-many-stanzas': 'a feed holds at most 32 kubernetes stanzas',
} as const

export type CompileErrorCode = keyof typeof COMPILE_ERRORS

export class CompileError extends Error {
  override readonly name = 'CompileError'
  readonly code: CompileErrorCode

  /** @param culprit the thing at fault, as a reader would recognise it */
  constructor(code: CompileErrorCode, culprit: string) {
    super(`${culprit}: ${COMPILE_ERRORS[code]}`)
    this.code = code
  }
}
