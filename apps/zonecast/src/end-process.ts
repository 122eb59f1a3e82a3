/**
 * Ends a process that has nothing left to do. What nobody waits for any more can hold it: a connection that is being ended for
 * 2 s, a name that no name server answers for 10, which is when containers are killed.
 */

/** For what is on its way to be done by itself, such as the last lines of the log. */
const GRACE_MS = 200

/** @param code of the exit; the process ends by itself where nothing holds it */
export function endProcess(code: number): void {
  process.exitCode = code
  setTimeout(() => {
    // Exiting, Node waits for its threads, whatever they wait for; there are none left where another program begins.
    const isNode = process.versions['bun'] === undefined
    if (isNode) process.execve?.(process.execPath, [process.argv0, '-e', `process.exit(${code})`], {})
    process.exit()
  }, GRACE_MS).unref()
}
