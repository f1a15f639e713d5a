import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const LIMIT = '"p95Milliseconds": 5000';

/** Version 2 answers without errors, and takes five times as long. */
export const slow: Scenario = {
  name: 'slow',
  description: 'version 2 answers five times slower than version 1, without an error: rolled back for its p95',
  expectedEnds: ['Succeeded', 'RolledBack'],
  expectedLive: { staging: '1.0.0', production: '1.0.0' },
  run: async (runner) => {
    for (const [version, milliseconds] of [
      ['v1', 800],
      ['v2', 4000],
    ] as const) {
      await runner.releaseVersion(version, (folder) => {
        replaceInFile(folder, 'release.json', LIMIT, '"p95Milliseconds": 3000');
        replaceInFile(
          folder,
          'orders/index.js',
          'return dryRun(event.orderId);',
          // A pause on the engine's clock: as long on every machine.
          `{\n    await require('node:timers/promises').setTimeout(${milliseconds});\n    return dryRun(event.orderId);\n  }`,
        );
      });
    }
  },
};
