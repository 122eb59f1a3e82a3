import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** What needs a container engine: script/test-compose runs it, script/test does not. One story, told in order. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['test/compose/*.compose.ts'],
    testTimeout: 120_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    bail: 0,
  },
})
