/** The last SOA serials that are known of, whoever published them. */
import { compareSerial } from '@zonecast/dns'
import type { Image } from '@zonecast/image'

export class KnownSerials {
  readonly #serials = new Map<string, number>()

  get all(): ReadonlyMap<string, number> {
    return this.#serials
  }

  /** Takes in those that are greater than what was known (RFC 1982). @returns whether any was */
  learn(serials: Iterable<readonly [zone: string, serial: number]>): boolean {
    let isNews = false
    for (const [zone, serial] of serials) {
      const known = this.#serials.get(zone)
      if (known !== undefined && compareSerial(serial, known) !== 'greater') continue
      this.#serials.set(zone, serial)
      isNews = true
    }
    return isNews
  }

  /** Whether a later one is known than any of these (RFC 1982). */
  areBeyond(serials: Iterable<readonly [zone: string, serial: number]>): boolean {
    return [...serials].some(([zone, serial]) => {
      const known = this.#serials.get(zone)
      return known !== undefined && compareSerial(known, serial) === 'greater'
    })
  }

  /** Those that differ from what is known. */
  news(serials: Iterable<readonly [zone: string, serial: number]>): Map<string, number> {
    return new Map([...serials].filter(([zone, serial]) => this.#serials.get(zone) !== serial))
  }
}

/** @returns undefined when the text is no serial */
export function parseSerial(text: string | undefined): number | undefined {
  const serial = Number(text || Number.NaN)
  return Number.isInteger(serial) && serial >= 0 && serial <= 0xffff_ffff ? serial : undefined
}

export function serialsOf(image: Image | undefined): [zone: string, serial: number][] {
  return (image?.stanzas ?? []).flatMap(({ zones }) =>
    zones.map(({ name, serial }): [string, number] => [name, serial]),
  )
}
