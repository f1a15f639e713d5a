import { describe, it } from 'vitest';
import { expectScenarioPasses } from './expect-scenario.ts';

// A sample: `npm run scenarios` plays what other policies make of it, too.
describe('waves', () => {
  it('are rolled back side by side where one of six targets fails', async () => {
    await expectScenarioPasses('waves', 'max');
  });
});
