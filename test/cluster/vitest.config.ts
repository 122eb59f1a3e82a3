import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** The suites that need a real API server: script/test-cluster runs them, script/test does not. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['test/cluster/*.cluster.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
