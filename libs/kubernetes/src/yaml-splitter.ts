/**
 * Splits a YAML text into pieces that can be parsed on their own: documents, and the items of a list in block style, as
 * kubectl writes it. The parser needs a hundred times the memory of what it parses, so a list of 10,000 services must not
 * go to it whole.
 *
 * What marks a piece is sure without parsing (YAML 1.2.2): `---` and `...` at the start of a line end a document wherever
 * they stand (9.1.2), and all that belongs to an item is indented deeper than its dash (8.2.1), block scalars and
 * continued lines included.
 */

/** `text` has the lines and columns that it has in the file, `line` (from 1) is its first. */
export interface YamlPiece {
  readonly text: string
  readonly line: number
}

export interface YamlDocument extends YamlPiece {
  /** Which document of the text, from 1. */
  readonly document: number
  /** The items that were split off; in the document's own text their lines are empty. */
  readonly items: readonly YamlPiece[]
}

const MARKER = /^(?:---|\.\.\.)(?=[ \t]|$)/
const ITEMS_KEY = /^items:[ \t]*(?:#.*)?$/
const BLANK = /^[ \t]*(?:#.*)?$/
const DIRECTIVE = /^%/
const DASH = /^( *)-(?=[ \t]|$)/
/** An anchor or alias, or what looks like one. */
const REFERENCE = /(?:^|[\s[{,:?-])[&*][^\s,[\]{}]/

/** Whether parts of a text may refer to one another, so that it must be parsed whole. False alarms are possible. */
export function mayRefer(text: string): boolean {
  return REFERENCE.test(text)
}

/** `document` counts as the `---` lines do; what stands before the first one counts if it is more than comments. */
export function* splitYaml(text: string): Generator<YamlDocument> {
  const lines = text.split(/\r?\n/)
  let document = 0
  let start = 0
  for (let at = 0; at <= lines.length; at++) {
    const marker = MARKER.exec(lines[at] ?? '...')?.[0]
    if (marker === undefined) continue
    const isDocument = lines.slice(start, at).some((line) => !BLANK.test(line) && !DIRECTIVE.test(line))
    if (isDocument) yield splitDocument(lines.slice(start, at), ++document, start + 1)
    start = marker === '---' ? at : at + 1
  }
}

function splitDocument(lines: readonly string[], document: number, line: number): YamlDocument {
  const text = lines.join('\n')
  const list = mayRefer(text) ? undefined : findItems(lines)
  if (list === undefined) return { text, line, document, items: [] }
  const items: YamlPiece[] = []
  const [rest, { start, end, indent }] = [[...lines], list]
  for (let first = start; first < end; ) {
    let next = first + 1
    while (next < end && DASH.exec(lines[next] as string)?.[1]?.length !== indent) next++
    const withoutDash = `${' '.repeat(indent + 1)}${(lines[first] as string).slice(indent + 1)}`
    items.push({ text: [withoutDash, ...lines.slice(first + 1, next)].join('\n'), line: line + first })
    first = next
  }
  rest.fill('', start, end)
  return { text: rest.join('\n'), line, document, items }
}

/** The lines of the items of a top-level `items:` in block style, `end` exclusive, and the column of their dashes. */
function findItems(lines: readonly string[]): { start: number; end: number; indent: number } | undefined {
  const isContent = (line: string) => !BLANK.test(line)
  const key = lines.findIndex((line) => ITEMS_KEY.test(line))
  const start = key < 0 ? -1 : lines.findIndex((line, at) => at > key && isContent(line))
  const indent = DASH.exec(lines[start] ?? '')?.[1]?.length
  if (indent === undefined) return undefined
  const isWithin = (line: string) =>
    !isContent(line) || line.search(/[^ ]/) > indent || DASH.exec(line)?.[1]?.length === indent
  const end = lines.findIndex((line, at) => at > start && !isWithin(line))
  return { start, end: end < 0 ? lines.length : end, indent }
}
