/** Writes `docs/metrics.md`: run it after the table has changed. */
import { writeFileSync } from 'node:fs'
import { referencePage } from './reference.ts'

writeFileSync(new URL('../../../docs/metrics.md', import.meta.url), referencePage())
