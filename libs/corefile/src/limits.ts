/** How much a Corefile may hold. Far above what people write, low enough that the worst text is refused within a second. */
export const limits = {
  /** UTF-16 units of one file. */
  fileSize: 1 << 20,
  /** Words in all files together, each import counted again. */
  words: 100_000,
  /** Files and snippets put in by `import`. */
  imports: 1_000,
  /** An import in an import in an import. */
  importDepth: 16,
  /** Blocks in blocks. */
  blockDepth: 16,
  /** Zones of all keys and stanzas, prefixes expanded. */
  zones: 10_000,
  /** Addresses and interfaces that a server block binds. */
  bindTargets: 64,
  /** Different `kubernetes` stanzas of one feed. */
  stanzas: 32,
} as const
