import { describe, it } from 'vitest';
import { expectScenarioPasses } from './expect-scenario.ts';

// A sample: to run all of them takes too long for every change, so that is left to `npm run scenarios`.
describe('a scenario in which a release is rolled back', () => {
  it('passes: errors', { tags: 'long' }, async () => {
    await expectScenarioPasses('errors', 'max');
  });
});
