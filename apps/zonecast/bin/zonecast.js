#!/usr/bin/env node
/**
 * The command `zonecast`. In a checkout it runs the sources, which Node 24 and Bun read as they are; `npm run build`
 * bundles from here.
 */
import('../src/main.ts').catch((error) => {
  if (error.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error
  console.error(`zonecast: Node ${process.version} cannot run TypeScript; use "npx zonecast", which brings its own`)
  process.exit(1)
})
