import type { Scenario } from './scenario.ts';

/** A tenth of the users first. */
export const canary: Scenario = {
  name: 'canary',
  description: 'version 2 moves by canary: 10% for five minutes under synthetic traffic, then everybody, then it bakes',
  ends: ['Succeeded', 'Succeeded'],
  live: { staging: '1.1.0', production: '1.1.0' },
  play: async (theatre) => {
    await theatre.releaseVersion('v1');
    const users = await theatre.users('production', '333333333333', 5);
    await theatre.releaseVersion('v2');
    users.stop();
    theatre.requireAnswers(users, 'no user gets an error', ({ status }) => status === 201);
  },
};
