/** What a responder has to say of a feed whose publisher's Corefile is not like its own: once each time that changes. */
import type { KubernetesStanza } from '@zonecast/corefile'
import { type Head, shown } from '@zonecast/feed/redis'
import type { StanzaRecord } from '@zonecast/image'
import { differingOptions, readOptions } from './shape-options.ts'

export interface Told {
  readonly level: 'info' | 'warning'
  readonly text: string
}

export class ConfigurationWatch {
  readonly #stanzas: readonly KubernetesStanza[]
  #differences = ''
  #missing = ''

  constructor(stanzas: readonly KubernetesStanza[]) {
    this.#stanzas = stanzas
  }

  /** Whether records are shaped otherwise than this Corefile says. */
  get differs(): boolean {
    return this.#differences !== ''
  }

  sawHead({ publisher, config, options }: Pick<Head, 'publisher' | 'config' | 'options'>): Told | undefined {
    const published = readOptions(options, config)
    const differences = published === undefined ? '' : differingOptions(this.#stanzas, published).join('; ')
    if (differences === this.#differences) return undefined
    this.#differences = differences
    if (differences === '') return { level: 'info', text: 'records are shaped as this Corefile says' }
    const text = `publisher ${publisher} shapes records otherwise than this Corefile, and what it publishes counts: ${differences}`
    return { level: 'warning', text }
  }

  /** @param published of the images that are answered from */
  sawStanzas(published: readonly StanzaRecord[]): Told | undefined {
    const there = new Set(published.flatMap(({ zones }) => zones.map(({ name }) => `${name}.`)))
    const zones = new Set(this.#stanzas.flatMap((stanza) => stanza.zones).filter((zone) => !there.has(zone)))
    const missing = [...zones].map(shown).join(' ')
    if (missing === this.#missing) return undefined
    this.#missing = missing
    if (missing === '') return { level: 'info', text: 'all zones are published' }
    return { level: 'warning', text: `zones that nobody publishes, which answer SERVFAIL: ${missing}` }
  }
}
