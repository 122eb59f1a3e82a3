/**
 * Gives memory back that nobody needs any more, at once: an engine collects it some time, and until then some images and
 * what they were made from can be ten times what is in use.
 * @param octets all of the memory that they lie in goes, and whatever else looks at it is empty then; shared memory
 *               stays, and so does what is empty, of which there may be one for all
 */
export function giveBack(octets: Uint8Array): void {
  if (octets.length > 0 && octets.buffer instanceof ArrayBuffer) octets.buffer.transfer(0)
}
