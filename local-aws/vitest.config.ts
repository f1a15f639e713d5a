import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 3,
    // Files of one process share what they import: loading the AWS SDK once for each would take longer than the tests. Whatever a
    // file changes for itself (a spy, a fake clock) it puts back.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
