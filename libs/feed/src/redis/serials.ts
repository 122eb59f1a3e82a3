/** The last SOA serials that are known of, whoever published them. */
import { compareSerial } from '@zonecast/dns'
import type { Image } from '@zonecast/image'

export class KnownSerials {
  readonly #serials = new Map<string, number>()

  get all(): ReadonlyMap<string, number> {
    return this.#serials
  }

  /** Takes in those that are greater than what was known (RFC 1982). */
  learn(serials: Iterable<readonly [zone: string, serial: number]>): void {
    for (const [zone, serial] of serials) {
      const known = this.#serials.get(zone)
      if (known === undefined || compareSerial(serial, known) === 'greater') this.#serials.set(zone, serial)
    }
  }

  /** Those that differ from what is known. */
  news(serials: Iterable<readonly [zone: string, serial: number]>): Map<string, number> {
    return new Map([...serials].filter(([zone, serial]) => this.#serials.get(zone) !== serial))
  }
}

export function serialsOf(image: Image | undefined): [zone: string, serial: number][] {
  return (image?.stanzas ?? []).flatMap(({ zones }) =>
    zones.map(({ name, serial }): [string, number] => [name, serial]),
  )
}
