/** Both ways between a table of numbers and their names; what has no name is spelled as RFC 3597 does, `TYPE731`. */

export interface Mnemonics {
  toText(value: number): string
  /** Ignores case. undefined for what is neither a name of the table nor a number of 16 bits behind the prefix. */
  fromText(text: string): number | undefined
}

export function mnemonics(table: Readonly<Record<string, number>>, prefix: string): Mnemonics {
  const texts = new Map<number, string>()
  const values = new Map<string, number>()
  for (const [name, value] of Object.entries(table)) {
    texts.set(value, name)
    values.set(name, value)
  }
  return {
    toText: (value) => texts.get(value) ?? `${prefix}${value}`,
    fromText(text) {
      const upper = text.toUpperCase()
      const known = values.get(upper)
      if (known !== undefined) return known
      if (!upper.startsWith(prefix)) return undefined
      const digits = upper.slice(prefix.length)
      if (!/^\d{1,5}$/.test(digits)) return undefined
      const value = Number(digits)
      return value <= 0xffff ? value : undefined
    },
  }
}
