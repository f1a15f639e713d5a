import { describe, expect, it } from 'vitest';
import type { Pace } from 'local-aws/clock';
import { expectScenarioPasses } from './expect-scenario.ts';

// A sample: `npm run scenarios` plays all of them.

describe('the promote scenario', () => {
  const passes = async (pace: Pace): Promise<void> => {
    const report = await expectScenarioPasses('promote', pace);
    for (const { transitions } of report.releases) {
      const at = (type: string, environment: string): number =>
        transitions.findIndex((one) => one.type === type && one.environment === environment);
      expect(at('turnGivenBack', 'staging')).toBeGreaterThan(0);
      expect(at('approved', 'production')).toBeGreaterThan(at('turnGivenBack', 'staging'));
      expect(at('changeStarted', 'production')).toBeGreaterThan(at('approved', 'production'));
    }
  };

  it('reaches production only after staging and approval, while time jumps', { tags: 'long' }, () => passes('max'));
  it('reaches production only after staging and approval, at sixty times the speed', { tags: 'long' }, () =>
    passes({ times: 60 }),
  );
});

describe('the scenario of an invalid artifact', () => {
  it('passes while time jumps', async () => {
    await expectScenarioPasses('invalid', 'max');
  });
});
