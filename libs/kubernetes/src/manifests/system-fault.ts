/** What the operating system says of a file, as an error of ours. */

import { KubernetesError } from '../errors.ts'

/** What is no fault of the file, a mistake of ours say, is thrown on. */
export function systemFault(error: unknown, file: string): KubernetesError {
  if (error instanceof KubernetesError) return error.place.file === undefined ? error.at({ file }) : error
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    return new KubernetesError('no-match', { file }, 'no file is there', { cause: error })
  return new KubernetesError('unreadable', { file }, `cannot be read: ${error.message}`, { cause: error })
}
