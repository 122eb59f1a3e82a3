import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are not there. Not `mkdir` with `recursive`: where a folder that is there takes none
 * (ENOENT in /proc and in one that was removed), Node's tries again for ever, and takes a core for it.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isThere(path)) return
  await makeFolder(dirname(path))
  await mkdir(path).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    // The root and '.' have no folder above them that could be made.
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    return false
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
