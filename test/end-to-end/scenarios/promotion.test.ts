import { describe, expect, it } from 'vitest';
import { expectScenarioPasses } from './expect-scenario.ts';

// A sample: `npm run scenarios` plays all of them.

describe('the promote scenario', () => {
  it.each(['max', { times: 60 }] as const)(
    'reaches production only after staging and approval, at %j',
    async (pace) => {
      const report = await expectScenarioPasses('promote', pace);
      for (const { transitions } of report.releases) {
        const at = (type: string, environment: string): number =>
          transitions.findIndex((one) => one.type === type && one.environment === environment);
        expect(at('turnGivenBack', 'staging')).toBeGreaterThan(0);
        expect(at('approved', 'production')).toBeGreaterThan(at('turnGivenBack', 'staging'));
        expect(at('changeStarted', 'production')).toBeGreaterThan(at('approved', 'production'));
      }
    },
  );
});

describe('the scenario of an invalid artifact', () => {
  it('passes while time jumps', async () => {
    await expectScenarioPasses('invalid', 'max');
  });
});
