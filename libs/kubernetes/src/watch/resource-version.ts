/**
 * Resource versions. They are decimal numbers of any length that grow over the whole life of a cluster, which the API has
 * promised since 1.35 and every server has kept before.
 */

const DECIMAL = /^[1-9]\d*$/

/** A server that counts in another way cannot be seen to have gone back; then nothing is concluded. */
export function isOlder(version: string, than: string): boolean {
  if (!DECIMAL.test(version) || !DECIMAL.test(than)) return false
  return version.length === than.length ? version < than : version.length < than.length
}
