/** Reads a Corefile from disk, with its imports and this process's environment: the one file here that needs Node. */

import { closeSync, globSync, openSync, readSync, statSync } from 'node:fs'
import type { Configuration } from './config.ts'
import { FaultList } from './errors.ts'
import { limits } from './limits.ts'
import { type ParseOptions, parseCorefile } from './parse.ts'
import type { FileSource } from './text/import.ts'

export type LoadOptions = Omit<ParseOptions, 'file' | 'source'>

/** @throws {CorefileError} with all faults, also when the file cannot be read. */
export function loadCorefile(path: string, options: LoadOptions = {}): Configuration {
  const text = readCorefile(path)
  return parseCorefile(text, { environment: (name) => process.env[name], ...options, file: path, source: disk })
}

function readCorefile(path: string): string {
  try {
    return disk.read(path)
  } catch (error) {
    const faults = new FaultList()
    const suggestion = error instanceof Error ? error.message : String(error)
    faults.add('unreadable', { file: path, line: 1, column: 1 }, path, { suggestion })
    faults.throwIfAny()
    throw error
  }
}

export const disk: FileSource = {
  read(path) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(readOctets(path))
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error })
    }
  },
  glob: (pattern) => globSync(pattern).filter(isFile).sort(),
}

/** Works for pipes too, and ends for files that do not. */
function readOctets(path: string): Uint8Array {
  const octets = new Uint8Array(limits.fileSize * 2)
  const descriptor = openSync(path, 'r')
  try {
    let end = 0
    for (let read = 1; read > 0; end += read) {
      if (end === octets.length) throw new Error(`it has more than ${limits.fileSize} characters`)
      read = readSync(descriptor, octets, end, octets.length - end, null)
    }
    return octets.subarray(0, end)
  } finally {
    closeSync(descriptor)
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = error instanceof TypeError ? 'it is not UTF-8' : reasons[code]
  return reason ?? (error instanceof Error ? error.message : String(error))
}
