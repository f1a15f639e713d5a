import type { Scenario } from './scenario.ts';

/** Two releases that succeed. */
export const promote: Scenario = {
  name: 'promote',
  description: 'version 1 goes live in staging and production; version 2 follows, by canary',
  expectedEnds: ['Succeeded', 'Succeeded'],
  expectedLive: { staging: '1.1.0', production: '1.1.0' },
  run: async (runner) => {
    for (const version of ['v1', 'v2'] as const) {
      const { key, bytes } = runner.pack(version);
      await runner.release(key, bytes);
    }
  },
};
