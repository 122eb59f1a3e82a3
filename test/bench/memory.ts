/**
 * What processes hold in memory, from /proc/PID/smaps. The files that they map, their own program above all, count in full,
 * as if nobody else on the machine had them mapped: the proportional set size of the kernel divides them by all that have, so
 * a second program of the same runtime would make the first one look 30 MB smaller. What forked processes share counts once.
 */
interface Mapping {
  /** Device, inode and offset; undefined: no file. */
  readonly file: string | undefined
  readonly kilobytes: Map<string, number>
}

/** @param smaps of each process of a server */
export function heldOctets(smaps: readonly string[]): number {
  const files = new Map<string, number>()
  let kilobytes = 0
  for (const text of smaps) {
    for (const { file, kilobytes: of } of mappings(text)) {
      const [rss = 0, pss = 0, anonymous = 0] = ['Rss', 'Pss', 'Anonymous'].map((name) => of.get(name))
      if (file === undefined) kilobytes += pss
      else {
        // Pages that were written to are the process's own.
        kilobytes += anonymous
        files.set(file, Math.max(files.get(file) ?? 0, rss - anonymous))
      }
    }
  }
  for (const each of files.values()) kilobytes += each
  return kilobytes * 1024
}

function* mappings(text: string): Generator<Mapping> {
  let mapping: Mapping | undefined
  for (const line of text.split('\n')) {
    const [, offset, device, inode] = /^[0-9a-f]+-[0-9a-f]+ \S+ ([0-9a-f]+) (\S+) (\d+)/.exec(line) ?? []
    if (offset !== undefined) {
      if (mapping !== undefined) yield mapping
      mapping = { file: inode === '0' ? undefined : `${device} ${inode} ${offset}`, kilobytes: new Map() }
    }
    const [, name, value] = /^(\w+): +(\d+) kB$/.exec(line) ?? []
    if (name !== undefined) mapping?.kilobytes.set(name, Number(value))
  }
  if (mapping !== undefined) yield mapping
}
