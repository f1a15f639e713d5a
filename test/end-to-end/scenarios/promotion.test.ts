import { describe, expect, it } from 'vitest';
import { expectScenarioPasses } from './expect-scenario.ts';

describe('scenarios of the promotion', () => {
  it.each(['promote', 'declined', 'invalid', 'duplicate', 'broken-deploy'])(
    '%s passes while time jumps',
    async (name) => {
      await expectScenarioPasses(name, 'max');
    },
  );
});

describe('the promote scenario at sixty times real time', () => {
  it('reaches production only after staging and approval', async () => {
    const report = await expectScenarioPasses('promote', { times: 60 });
    for (const { transitions } of report.releases) {
      const at = (type: string, environment: string): number =>
        transitions.findIndex((one) => one.type === type && one.environment === environment);
      expect(at('turnGivenBack', 'staging')).toBeGreaterThan(0);
      expect(at('approved', 'production')).toBeGreaterThan(at('turnGivenBack', 'staging'));
      expect(at('changeStarted', 'production')).toBeGreaterThan(at('approved', 'production'));
    }
  });
});
