/**
 * A token in a file, which others renew while we run: kubelet that of a service account, by a rename; who writes in place leaves
 * it empty for a moment. It is read for each request, of which there are few. The Kubernetes client would read it once a minute of the
 * wall clock, and where it met an empty one, send none for as long: we would be nobody, who may do nothing.
 */

import { readFileSync } from 'node:fs'

export class TokenFile {
  readonly #file: string
  #token = ''

  constructor(file: string) {
    this.#file = file
  }

  /** The last token that was there, while there is none. @throws when there never was any */
  read(): string {
    try {
      this.#token = readFileSync(this.#file, 'utf8').trim() || this.#token
    } catch (error) {
      if (this.#token === '') throw error
    }
    if (this.#token === '') throw new Error(`the token file ${this.#file} is empty`)
    return this.#token
  }
}
