/** A name that answers, as it is listed. */
export interface ListedName {
  /** The labels before those of the zone: lower case, dots between them. */
  readonly labels: string
  /** RR types that it may have data of; none when it exists only for the sake of others, an inner node. */
  readonly types: readonly number[]
}
