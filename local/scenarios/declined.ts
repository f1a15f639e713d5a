import type { Scenario } from './scenario.ts';

/** A person says no. */
export const declined: Scenario = {
  name: 'declined',
  description: 'production’s approval of version 2 is declined: staging keeps version 2, production version 1',
  ends: ['Succeeded', 'Declined'],
  live: { staging: '1.1.0', production: '1.0.0' },
  decides: ({ release }) =>
    release.startsWith('orders-1.1.0')
      ? { decision: 'decline', reason: 'Not before the sale is over' }
      : { decision: 'approve', reason: 'The first version' },
  play: async (theatre) => {
    for (const version of ['v1', 'v2'] as const) {
      const { key, bytes } = theatre.pack(version);
      await theatre.release(key, bytes);
    }
  },
};
