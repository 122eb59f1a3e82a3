/** Reads scrapes in tests. */
import { expect } from 'vitest'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads the text format strictly: help and type, then the samples of that metric, each once. */
export function parseScrape(text: string): Sample[] {
  const samples: Sample[] = []
  const families = new Set<string>()
  const seen = new Set<string>()
  const series = /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,|(?=\})))*)\})? ([0-9.e+-]+|\+Inf)$/
  let family = ''
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, named = ''] = /^# (HELP|TYPE) ([a-z_]+) /.exec(line) ?? []
    if (keyword === 'HELP') expect(families.has(named), line).toBe(false)
    if (keyword !== undefined) {
      family = named
      families.add(named)
      continue
    }
    const [, name = '', labels = '', value = ''] = series.exec(line) ?? []
    expect(name.replace(/_(bucket|sum|count)$/, ''), line).toBe(family.replace(/_(bucket|sum|count)$/, ''))
    const key = line.slice(0, line.lastIndexOf(' '))
    expect(seen.has(key), line).toBe(false)
    seen.add(key)
    const pairs = Array.from(labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g), ([, label, text]) => [label, text])
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value.replace('+Inf', 'Infinity')) })
  }
  return samples
}
