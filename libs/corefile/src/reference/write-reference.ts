/** Writes `docs/corefile.md`: run it after a table has changed. */

import { writeFileSync } from 'node:fs'
import { referencePage } from './reference.ts'

writeFileSync(new URL('../../../../docs/corefile.md', import.meta.url), referencePage())
