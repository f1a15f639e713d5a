import { describe, it } from 'vitest';
import { expectAsTold } from './expect-scenario.ts';

describe('waves', () => {
  it('keeps the good targets and stops where one of six fails, as the policy says', async () => {
    await expectAsTold('waves-stop', 'max');
  });
});
