/** What each stanza makes of the objects in its manifests: how much it shows, and what its options hide. */
import { effects } from '@zonecast/compile'
import type { Configuration } from '@zonecast/corefile'
import { isReverseZone, listNames } from '@zonecast/image'
import { feedsOf } from '@zonecast/responder-app'
import { faultLines } from '../configuration.ts'
import { readCluster } from './known-cluster.ts'

/** Nothing of stanzas whose objects come from an API server, which is not asked. Manifests that cannot be read are warned of. */
export async function describeEffects(configuration: Configuration, warn: (text: string) => void): Promise<string[]> {
  const lines: string[] = []
  for (const feed of feedsOf(configuration.blocks)) {
    if (feed.source.kind !== 'manifests') continue
    try {
      const { objects, stanzas, image } = await readCluster(feed, configuration.blocks, warn)
      for (const [index, stanza] of stanzas.entries()) {
        const position = feed.stanzas[index]?.position
        const zone = stanza.zones.find((each) => !isReverseZone(each)) ?? ''
        let names = 0
        for (const { types } of listNames([image], index, zone)) if (types.length > 0) names += 1
        const at = position === undefined ? '' : `${position.file}:${position.line}`
        lines.push(`kubernetes at ${at}, with the objects as they are now`)
        lines.push(...effects(objects, stanza, names).map((line) => `  ${line}`))
      }
    } catch (error) {
      const errors = error instanceof AggregateError ? error.errors : [error]
      for (const line of errors.flatMap(faultLines)) warn(line)
    }
  }
  return lines
}
