/**
 * From the text of a Corefile to its configuration: words, imports, blocks, directives, and last what blocks want of each
 * other. Pure: files, globs and the environment come in as functions. Each step reports its faults and goes on with what
 * it could read, so that all are known at the end.
 */

import { checkClaims } from './claims.ts'
import type { Configuration, ServerBlock } from './config.ts'
import { FaultList } from './errors.ts'
import { checkFeeds } from './feeds.ts'
import { defaultPorts } from './known-words.ts'
import { readServerBlock } from './server-block.ts'
import { readServerKey } from './server-key.ts'
import { checkStanzaCounts } from './stanza-shape.ts'
import { type FileSource, readWithImports } from './text/import.ts'
import type { Environment } from './text/substitute.ts'
import { parseSyntax } from './text/syntax.ts'
import { ZoneBudget } from './zone-budget.ts'

export interface ParseOptions {
  /** The Corefile as messages name it; relative imports and manifests start from its folder. */
  readonly file?: string
  /** Without it every import of a file is a fault. */
  readonly source?: FileSource
  /** Without it no variable is set. */
  readonly environment?: Environment
  /** Port of dns:// keys that name none: `-dns.port`. */
  readonly dnsPort?: number
  /** What is wrong with a label selector; undefined when nothing is. Without it every text passes. */
  readonly selectorProblem?: (text: string) => string | undefined
}

const noSource: FileSource = {
  read() {
    throw new Error('no files can be imported here')
  },
  glob: () => [],
}

/** @throws {CorefileError} with all faults; nothing else, whatever the text. */
export function parseCorefile(text: string, options: ParseOptions = {}): Configuration {
  const { file = 'Corefile', source = noSource, environment = () => undefined, dnsPort = defaultPorts.dns } = options
  const faults = new FaultList()
  const budget = new ZoneBudget(faults)
  const shared = { faults, budget, selectorProblem: options.selectorProblem ?? (() => undefined) }

  const { words, files } = readWithImports(text, file, source, environment, faults)
  const blocks: ServerBlock[] = []
  const claiming: ServerBlock[] = []
  for (const block of parseSyntax(words, faults)) {
    const [first, ...rest] = block.keys.flatMap((key) => readServerKey(key, dnsPort, budget, faults))
    // Directives of a block whose keys are all wrong are checked too, as if it served everything.
    const placeholder = { scheme: 'dns', zone: '.', port: dnsPort, position: block.position } as const
    const read = readServerBlock(block, [first ?? placeholder, ...rest], shared)
    if (first === undefined) continue
    blocks.push(read.block)
    if (read.claims) claiming.push(read.block)
  }
  checkClaims(claiming, faults)
  checkFeeds(blocks, faults)
  checkStanzaCounts(blocks, faults)
  if (blocks.length === 0 && faults.count === 0) {
    faults.add('empty', { file, line: 1, column: 1 }, file, { expected: 'one such as ". {"' })
  }
  faults.throwIfAny()
  return freeze({ file, blocks, warnings: faults.warnings, files })
}

/** All the way down. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) freeze(part)
  }
  return value
}
