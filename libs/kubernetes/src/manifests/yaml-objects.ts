/** The objects of a YAML text, one at a time, so that a long text can be read with pauses. */

import { KubernetesError } from '../errors.ts'
import { isObject } from '../slim/field-reader.ts'
import { typeOfItems } from '../slim/slim.ts'
import { type ManifestObject, statedType } from './manifest-object.ts'
import { mayRefer, splitYaml, type YamlDocument, type YamlPiece } from './yaml-splitter.ts'

/** The package `yaml`, which is loaded only where there is YAML to read. */
export type YamlPackage = typeof import('yaml')

/** A piece is parsed as a whole, in about a hundred times its memory; with aliases in it, its value may be far larger. */
const PIECE_CHARACTERS_MAX = 4 * 1024 * 1024
const PIECE_WITH_ALIASES_CHARACTERS_MAX = 256 * 1024
const ALIASES_MAX = 100

/** Throws KubernetesError with document and line. Documents without content are passed over. */
export function* yamlObjects(yaml: YamlPackage, text: string): Generator<ManifestObject> {
  for (const piece of splitYaml(text)) {
    const { document } = piece
    const { value: full, line, itemLines } = parsePiece(yaml, piece, document)
    if (full === null) continue
    const type = statedType(full, { document, line })
    yield { full, listed: undefined, line }
    if (!type.kind.endsWith('List')) continue
    const listed = typeOfItems(type)
    for (const item of piece.items.length > 0 ? splitItems(yaml, piece) : wholeItems(full, itemLines)) {
      if (listed === undefined) statedType(item.value, { document, line: item.line })
      yield { full: item.value, listed, line: item.line }
    }
  }
}

interface Parsed {
  readonly value: unknown
  /** Where the value begins. */
  readonly line: number
}

function* splitItems(yaml: YamlPackage, { document, items }: YamlDocument): Generator<Parsed> {
  for (const item of items) yield parsePiece(yaml, item, document)
}

function* wholeItems(list: unknown, lines: readonly number[]): Generator<Parsed> {
  const items = isObject(list) && Array.isArray(list['items']) ? list['items'] : []
  for (const [index, line] of lines.entries()) yield { value: items[index], line }
}

/** Its value, which shares nothing with the text, and the lines of its top-level `items`. */
function parsePiece(
  yaml: YamlPackage,
  piece: YamlPiece,
  document: number,
): Parsed & { readonly itemLines: readonly number[] } {
  const limit = mayRefer(piece.text) ? PIECE_WITH_ALIASES_CHARACTERS_MAX : PIECE_CHARACTERS_MAX
  if (piece.text.length > limit) {
    const problem = `${piece.text.length} characters that must be parsed at once, the limit is ${limit}; large lists read better from JSON`
    throw new KubernetesError('too-large', { document, line: piece.line }, problem)
  }
  const lineCounter = new yaml.LineCounter()
  const lineAt = (offset: number): number => piece.line - 1 + lineCounter.linePos(offset).line
  const lineOf = (node: unknown): number => lineAt(yaml.isNode(node) ? (node.range?.[0] ?? 0) : 0)
  let line = piece.line
  try {
    const parsed = yaml.parseDocument(piece.text, { lineCounter, merge: true, prettyErrors: false })
    const [error] = parsed.errors
    line = error === undefined ? lineOf(parsed.contents) : lineAt(error.pos[0])
    if (error !== undefined) throw error
    const items = yaml.isMap(parsed.contents) ? parsed.contents.get('items', true) : undefined
    const itemLines = yaml.isSeq(items) ? items.items.map(lineOf) : []
    // Through JSON: the parser's strings are slices that would hold the whole text in memory.
    const value: unknown = JSON.parse(JSON.stringify(parsed.toJS({ maxAliasCount: ALIASES_MAX }) ?? null))
    return { value, line, itemLines }
  } catch (cause) {
    const isTooDeep =
      cause instanceof RangeError || (cause instanceof yaml.YAMLParseError && cause.code === 'RESOURCE_EXHAUSTION')
    if (isTooDeep) throw new KubernetesError('too-deep', { document, line }, 'nested too deep to be parsed', { cause })
    const problem = cause instanceof Error ? lowerFirst(cause.message) : 'the value cannot be read'
    throw new KubernetesError('yaml-syntax', { document, line }, problem, { cause })
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
