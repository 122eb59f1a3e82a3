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
/** What is an alias where it stands, or in a text inside a scalar looks like one. */
const ALIAS = /(?:^|[-:?,[{])[ \t]*\*([^\s,[\]{}]+)/gm

/** Whether parts of a text refer to one another, so that it must be parsed whole. False alarms are possible but rare. */
export function mayRefer(text: string): boolean {
  for (const [, name] of text.matchAll(ALIAS)) if (text.includes(`&${name}`)) return true
  return false
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
  const dashes = mayRefer(text) ? [] : findItems(lines)
  const [start, end] = [dashes[0], dashes.pop()]
  if (start === undefined || end === undefined) return { text, line, document, items: [] }
  const items = dashes.map((first, index) => new ItemPiece(lines.slice(first, dashes[index + 1] ?? end), line + first))
  const others = [...lines.slice(0, start), ...new Array<string>(end - start).fill(''), ...lines.slice(end)]
  return { text: others.join('\n'), line, document, items }
}

/** Makes its text when it is asked for it: all items at once would be a second copy of the file. */
class ItemPiece implements YamlPiece {
  readonly line: number
  readonly #lines: readonly string[]

  constructor(lines: readonly string[], line: number) {
    this.#lines = lines
    this.line = line
  }

  get text(): string {
    const [first = '', ...rest] = this.#lines
    return [first.replace('-', ' '), ...rest].join('\n')
  }
}

/** The lines of the dashes of a top-level `items:` in block style, and then the line after the last item. */
function findItems(lines: readonly string[]): number[] {
  const isContent = (line: string) => !BLANK.test(line)
  const key = lines.findIndex((line) => ITEMS_KEY.test(line))
  const start = key < 0 ? -1 : lines.findIndex((line, at) => at > key && isContent(line))
  const indent = DASH.exec(lines[start] ?? '')?.[1]?.length
  if (indent === undefined) return []
  const dashes: number[] = []
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] as string
    if (DASH.exec(line)?.[1]?.length === indent) dashes.push(at)
    else if (isContent(line) && line.search(/[^ ]/) <= indent) return [...dashes, at]
  }
  return [...dashes, lines.length]
}
