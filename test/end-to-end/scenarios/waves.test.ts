import { describe, it } from 'vitest';
import { expectScenarioPasses } from './expect-scenario.ts';

describe('waves', () => {
  it('keeps the good targets and stops where one of six fails, as the policy says', async () => {
    await expectScenarioPasses('waves-stop', 'max');
  });
});
