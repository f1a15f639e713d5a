import type { Scenario } from './scenario.ts';

/** An approver declines. */
export const declined: Scenario = {
  name: 'declined',
  description: 'production’s approval of version 2 is declined: staging keeps version 2, production version 1',
  expectedEnds: ['Succeeded', 'Declined'],
  expectedLive: { staging: '1.1.0', production: '1.0.0' },
  decide: ({ release }) =>
    release.startsWith('orders-1.1.0')
      ? { decision: 'decline', reason: 'Not before the sale is over' }
      : { decision: 'approve', reason: 'The first version' },
  run: async (runner) => {
    for (const version of ['v1', 'v2'] as const) {
      const { key, bytes } = runner.pack(version);
      await runner.release(key, bytes);
    }
  },
};
