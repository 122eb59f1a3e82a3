/** What may go wrong behind a plugin without anybody being at fault here. */
export type AnswerErrorCode =
  /** The target of a CNAME was answered with an RCODE that is no answer. */
  | 'target-failed'
  /** The answer for the target of a CNAME cannot be read. */
  | 'target-unreadable'

export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  readonly code: AnswerErrorCode

  constructor(code: AnswerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
