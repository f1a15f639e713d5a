import { describe, it } from 'vitest';
import { expectScenarioPasses } from './expect-scenario.ts';

// One scenario of each kind: to run all of them takes too long for every change, so that is left to `npm run scenarios`.
describe('scenarios in which releases are rolled back', () => {
  it.each(['errors', 'late-alarm', 'no-traffic'])('%s passes', async (name) => {
    await expectScenarioPasses(name, 'max');
  });
});
