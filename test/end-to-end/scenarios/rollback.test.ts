import { describe, it } from 'vitest';
import { expectAsTold } from './expect-scenario.ts';

// What has its like among these is played by `npm run scenarios` alone: all of them take too long for every change.
describe('a bad day', () => {
  it.each(['errors', 'late-alarm', 'no-traffic'])('%s ends as it says', async (name) => {
    await expectAsTold(name, 'max');
  });
});
