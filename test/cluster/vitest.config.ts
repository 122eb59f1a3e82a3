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
    // An API server that is killed and started again on a busy machine may take longer than any bound.
    retry: 1,
  },
})
