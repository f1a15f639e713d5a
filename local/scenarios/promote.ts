import type { Scenario } from './scenario.ts';

/** The main job. */
export const promote: Scenario = {
  name: 'promote',
  description: 'version 1 goes live in staging and production; version 2 follows, by canary',
  ends: ['Succeeded', 'Succeeded'],
  live: { staging: '1.1.0', production: '1.1.0' },
  play: async (theatre) => {
    for (const version of ['v1', 'v2'] as const) {
      const { key, bytes } = theatre.pack(version);
      await theatre.release(key, bytes);
    }
  },
};
