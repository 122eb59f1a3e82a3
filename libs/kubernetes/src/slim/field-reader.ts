/**
 * Reads the fields of one API object that may hold anything. A field that is absent or null gives the empty value; one of
 * the wrong type too, with a warning that names object and field. Nothing here throws.
 */

export type Json = Readonly<Record<string, unknown>>

/** A value that was left out, and of which object. */
export interface SlimWarning {
  /** E.g. `Service shop/web`. */
  readonly object: string
  /** E.g. `spec.ports[1].port`. */
  readonly field: string
  /** What is wrong, quoting the value. */
  readonly problem: string
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value as a warning quotes it: short, on one line, whatever it is. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value)
}

const EMPTY_OBJECT: Json = Object.freeze({})
const EMPTY_LIST: readonly never[] = Object.freeze([])

export class FieldReader {
  readonly #onWarning: (warning: SlimWarning) => void
  /** Where reading stands: keys and indexes from the root of the object. */
  readonly #path: (string | number)[] = []
  #kind = ''
  #namespace = ''
  #name = ''

  constructor(onWarning: (warning: SlimWarning) => void) {
    this.#onWarning = onWarning
  }

  /** Which object is read from here on, as far as it is known. */
  begin(kind: string, namespace = '', name = ''): void {
    this.#kind = kind
    this.#namespace = namespace
    this.#name = name
  }

  warn(key: string | number, problem: string): void {
    const field = [...this.#path, key].map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
    const name = this.#namespace === '' ? this.#name : `${this.#namespace}/${this.#name}`
    this.#onWarning({ object: `${this.#kind} ${name}`.trimEnd(), field: field.slice(1), problem })
  }

  /** '' when absent. */
  text(parent: Json, key: string): string {
    const value = parent[key]
    if (typeof value === 'string') return value
    if (value !== undefined && value !== null) this.warn(key, `${quote(value)} is no string`)
    return ''
  }

  /** Reads what lies in the object at `key` (an empty one when absent). */
  inside<Result>(parent: Json, key: string, read: (value: Json) => Result): Result {
    const value = parent[key]
    let inner = EMPTY_OBJECT
    if (isObject(value)) inner = value
    else if (value !== undefined && value !== null) this.warn(key, `${quote(value)} is no object`)
    this.#path.push(key)
    const result = read(inner)
    this.#path.pop()
    return result
  }

  /** What `read` makes of each element of the list at `key`; those it gives undefined for are left out. */
  each<Result extends {}>(
    parent: Json,
    key: string,
    read: (element: unknown, index: number) => Result | undefined,
  ): readonly Result[] {
    const list = parent[key]
    if (!Array.isArray(list)) {
      if (list !== undefined && list !== null) this.warn(key, `${quote(list)} is no list`)
      return EMPTY_LIST
    }
    const results: Result[] = []
    this.#path.push(key)
    for (let index = 0; index < list.length; index++) {
      const result = read(list[index], index)
      if (result !== undefined) results.push(result)
    }
    this.#path.pop()
    // A copy is as long as it must be; a list that grew by push keeps room for more, for life.
    return results.length === 0 ? EMPTY_LIST : results.slice()
  }

  /** As `each`, for a list of objects; warnings within name the element. */
  eachObject<Result extends {}>(
    parent: Json,
    key: string,
    read: (element: Json) => Result | undefined,
  ): readonly Result[] {
    return this.each(parent, key, (element, index) => {
      if (!isObject(element)) {
        this.warn(index, `${quote(element)} is no object`)
        return undefined
      }
      this.#path.push(index)
      const result = read(element)
      this.#path.pop()
      return result
    })
  }

  /** The strings of a list that pass `isValid`; `wanted` completes "is no …". */
  eachText(parent: Json, key: string, isValid: (text: string) => boolean, wanted: string): readonly string[] {
    return this.each(parent, key, (element, index) => {
      if (typeof element === 'string' && isValid(element)) return element
      this.warn(index, `${quote(element)} is no ${wanted}`)
      return undefined
    })
  }
}
