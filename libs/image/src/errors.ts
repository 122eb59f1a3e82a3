/** Why an image is refused or cannot be built. */
export type ImageErrorCode =
  /** Shorter than it says, or than any image is. */
  | 'truncated'
  /** Does not begin as an image does. */
  | 'not-an-image'
  /** A format version that this reader does not know. */
  | 'unknown-version'
  /** The SHA-256 at its end is not that of its octets. */
  | 'checksum'
  /** Its directory or tables contradict themselves. */
  | 'malformed'
  /** A delta that was made for a base of another configuration. */
  | 'other-shape'
  /** More of something than the format can hold. */
  | 'too-large'
  /** What the previous format, which was asked for, cannot say. */
  | 'not-in-version'

export class ImageError extends Error {
  override readonly name = 'ImageError'
  readonly code: ImageErrorCode

  constructor(code: ImageErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
