import { defineConfig } from 'vitest/config';

// `npm run test:aws-cli`: the local AWS driven by a client nobody here wrote. Apart from `npm test`, because it needs the AWS CLI.
export default defineConfig({
  test: {
    include: ['test/aws-cli/**/*.cli.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
