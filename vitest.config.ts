import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

// Only what hangs may end so: a machine that has much else to do is many times slower.
const time = { testTimeout: 240_000, hookTimeout: 240_000 };

/** All that needs no engine. */
const unit = {
  include: [
    'test/**/*.test.ts',
    'test/**/*.test.tsx',
    'local-aws/test/**/*.test.ts',
    'sam-transform/test/**/*.test.ts',
  ],
  exclude: ['test/end-to-end/**'],
  globalSetup: ['test/temporary-folder.ts', 'test/issuer-certificate.ts'],
  // Files of one process share what they import: loading the AWS SDK once for each would take longer than the tests. Whatever a
  // file changes for itself (a spy, a fake clock) it puts back.
  isolate: false,
  // X-Ray's SDK would follow every promise of the process, though nothing is traced outside of Lambda.
  env: { AWS_XRAY_MANUAL_MODE: 'true' },
  provide: {
    templatePairs: 100,
    share: 0.05,
    drawn: 0.2,
    windowInstants: 100,
    windowMinutes: 45,
    interleavings: 40,
    routeRequests: 15,
  },
  ...time,
};

/** So that a test fails for what was changed, and for nothing else. */
const drawn = ['test/fixed-seed.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // One more than the two cores of the smallest machine: a stage waits half of its time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    tags: [
      {
        name: 'long',
        description: 'Left out by `npm test`, which has another test of the kind; `npm run test:end-to-end` runs it.',
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['core/**/*.ts'],
      exclude: ['test/**'],
      reporter: ['text-summary', 'json-summary', 'text'],
      thresholds: { 100: true },
    },
    projects: [
      { test: { name: 'unit', ...unit, setupFiles: drawn } },
      // `npm run test:properties`: the same tests, of other values each time, and of five times as many.
      { test: { name: 'properties', ...unit, provide: { ...unit.provide, drawn: 1 } } },
      {
        // `npm run test:algebra`: minutes, for what `npm test` has a sample of.
        test: {
          name: 'algebra',
          include: ['test/core/template/steps/algebra.test.ts'],
          provide: { templatePairs: 25_000 },
          testTimeout: 1_200_000,
        },
      },
      {
        // `npm run test:limits`: minutes, for what `npm test` has a twentieth of.
        test: {
          name: 'limits',
          include: ['test/limits/**/*.test.ts'],
          provide: { share: 1 },
          testTimeout: 1_200_000,
          hookTimeout: 120_000,
        },
      },
      {
        // `npm run test:races`: minutes, for what `npm test` has a sample of.
        test: {
          name: 'races',
          include: ['test/functions/decide/interleavings.test.ts'],
          provide: { interleavings: 10_000 },
          testTimeout: 7_200_000,
        },
      },
      {
        // `npm run test:fuzz`: minutes, for what `npm test` has a sample of.
        test: {
          name: 'fuzz',
          include: ['test/functions/fuzz-routes.test.ts'],
          globalSetup: ['test/issuer-certificate.ts'],
          provide: { routeRequests: 2000 },
          testTimeout: 1_200_000,
          hookTimeout: 120_000,
        },
      },
      {
        // `npm run test:windows`: minutes, for what `npm test` has a sample of.
        test: {
          name: 'windows',
          include: ['test/core/turn/windows/oracle.test.ts'],
          provide: { windowInstants: 10_000, windowMinutes: 1 },
          testTimeout: 1_200_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['test/end-to-end/**/*.test.ts'],
          exclude: ['test/end-to-end/wiring.test.ts', 'test/end-to-end/upgrade.test.ts'],
          globalSetup: ['test/temporary-folder.ts', 'test/end-to-end/synthesize-once.ts'],
          setupFiles: drawn,
          // As above: the local AWS and the SDK's clients for it are loaded once a process. Each file has sandboxes of its own, and closes them.
          isolate: false,
          provide: { artifactServices: 2 },
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        // `npm run test:upgrade`: minutes, so apart from `npm test`.
        test: {
          name: 'upgrade',
          include: ['test/end-to-end/upgrade.test.ts'],
          globalSetup: ['test/end-to-end/synthesize-once.ts'],
          testTimeout: 900_000,
          hookTimeout: 240_000,
        },
      },
      {
        // `npm run test:node24`: a sample, in which every function runs, on what they are deployed on.
        test: {
          name: 'node24',
          include: ['scenarios/promotion', 'scenarios/rollback', 'monitoring', 'cli'].map(
            (name) => `test/end-to-end/${name}.test.ts`,
          ),
          globalSetup: ['test/end-to-end/require-node24.ts', 'test/end-to-end/synthesize-once.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        // `npm run test:hundred`: all of what `npm test` has a sample of.
        test: {
          name: 'hundred',
          include: ['test/end-to-end/many-artifacts.test.ts'],
          globalSetup: ['test/end-to-end/synthesize-once.ts'],
          provide: { artifactServices: 10 },
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        // `npm run test:wires`: minutes, so apart from `npm test`.
        test: {
          name: 'wires',
          include: ['test/end-to-end/wiring.test.ts'],
          globalSetup: ['test/end-to-end/synthesize-once.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        // `npm run test:applications`: all of what `npm test` has six of.
        test: {
          name: 'applications',
          include: ['test/applications/**/*.applications.ts'],
          globalSetup: ['test/end-to-end/synthesize-once.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 240_000,
        },
      },
      {
        // `npm run test:sam`: it needs Python, and SAM's own translator for it.
        test: {
          name: 'sam',
          include: ['sam-transform/test/**/*.oracle.ts'],
          testTimeout: 120_000,
        },
      },
      {
        // `npm run test:first-service`: minutes, and it needs the AWS CLI.
        test: {
          name: 'first-service',
          include: ['test/docs/first-service/*.walk.ts'],
          testTimeout: 600_000,
          hookTimeout: 240_000,
        },
      },
      {
        // `npm run test:browser`: it needs a Chromium.
        test: {
          name: 'browser',
          include: ['test/browser/*.browser.ts'],
          testTimeout: 600_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
