/** The manifests that stanzas read, for the subcommands that can read nothing else. */
import type { FeedStanzas } from '@zonecast/responder-app'

/** @throws Error for stanzas that name an API server. */
export function manifestPaths({ source, stanzas }: FeedStanzas): readonly string[] {
  if (source.kind === 'manifests') return source.paths
  const place = stanzas.map(({ position: { file, line, column } }) => `${file}:${line}:${column}: `)[0] ?? ''
  throw new Error(
    `${place}kubernetes without manifests: an API server is not watched yet; name files with "manifests PATH..."`,
  )
}
