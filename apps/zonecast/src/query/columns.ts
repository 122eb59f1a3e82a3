/** Fields at dig's columns, filled up with tabs of eight. */

const TAB = 8

/** Where TTL, class, type and data begin. */
const COLUMNS = [24, 32, 40, 48] as const

/** `web.shop.example.	5	IN	A	10.0.0.7` */
export function recordColumns(ownerName: string, fields: readonly [ttl: string, ...string[]]): string {
  let text = ownerName
  let column = text.length
  for (const [index, field] of fields.entries()) {
    const gap = gapTo(column, COLUMNS[index] ?? 0)
    text += gap.text + field
    column = gap.column + field.length
  }
  return text
}

/** `;web.shop.example.		IN	A`: a question has no TTL. */
export function questionColumns(qname: string, rrclass: string, type: string): string {
  const first = gapTo(qname.length, COLUMNS[1])
  const second = gapTo(first.column + rrclass.length, COLUMNS[2])
  return qname + first.text + rrclass + second.text + type
}

/** At least one space, where the column is passed already. */
function gapTo(column: number, wanted: number): { text: string; column: number } {
  const target = Math.max(wanted, column + 1)
  const tabs = Math.floor(target / TAB) - Math.floor(column / TAB)
  const reached = tabs > 0 ? Math.floor(target / TAB) * TAB : column
  return { text: '\t'.repeat(tabs) + ' '.repeat(target - reached), column: target }
}
