import { replaceInFile } from '../scenario-runner.ts';
import type { Scenario } from './scenario.ts';

const LIMIT = '"p95Milliseconds": 5000';

/** Version 2 makes no mistake, and takes five times as long. */
export const slow: Scenario = {
  name: 'slow',
  description: 'version 2 answers five times slower than version 1, without an error: rolled back for its p95',
  ends: ['Succeeded', 'RolledBack'],
  live: { staging: '1.0.0', production: '1.0.0' },
  play: async (theatre) => {
    for (const [version, milliseconds] of [
      ['v1', 800],
      ['v2', 4000],
    ] as const) {
      await theatre.releaseVersion(version, (folder) => {
        replaceInFile(folder, 'release.json', LIMIT, '"p95Milliseconds": 3000');
        replaceInFile(
          folder,
          'orders/index.js',
          'return play(event.orderId);',
          `{\n    await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));\n    return play(event.orderId);\n  }`,
        );
      });
    }
  },
};
