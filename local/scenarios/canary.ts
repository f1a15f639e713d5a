import type { Scenario } from './scenario.ts';

/** A tenth of the users get the new version first. */
export const canary: Scenario = {
  name: 'canary',
  description: 'version 2 moves by canary: 10% for five minutes under synthetic traffic, then all users, then it bakes',
  expectedEnds: ['Succeeded', 'Succeeded'],
  expectedLive: { staging: '1.1.0', production: '1.1.0' },
  run: async (runner) => {
    await runner.releaseVersion('v1');
    const users = await runner.startUsers('production', '333333333333', 5);
    await runner.releaseVersion('v2');
    users.stop();
    runner.expectResponses(users, 'no user gets an error', ({ status }) => status === 201);
  },
};
