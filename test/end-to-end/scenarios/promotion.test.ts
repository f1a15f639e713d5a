import { describe, expect, it } from 'vitest';
import { expectAsTold } from './expect-scenario.ts';

describe('the main job', () => {
  it.each(['promote', 'declined', 'invalid', 'duplicate', 'broken-deploy'])(
    '%s ends as it says, jumping from one thing to the next',
    async (name) => {
      await expectAsTold(name, 'max');
    },
  );
});

describe('promote, sixty times faster than real time', () => {
  it('reaches production only after staging and approval', async () => {
    const report = await expectAsTold('promote', { times: 60 });
    for (const { transitions } of report.releases) {
      const at = (type: string, environment: string): number =>
        transitions.findIndex((one) => one.type === type && one.environment === environment);
      expect(at('turnGivenBack', 'staging')).toBeGreaterThan(0);
      expect(at('approved', 'production')).toBeGreaterThan(at('turnGivenBack', 'staging'));
      expect(at('changeStarted', 'production')).toBeGreaterThan(at('approved', 'production'));
    }
  });
});
