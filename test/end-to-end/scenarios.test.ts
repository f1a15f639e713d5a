import { describe, expect, inject, it } from 'vitest';
import { verifyChain } from '../../core/release/chain.ts';
import { releaseEventSchema } from '../../core/release/events.ts';
import { perform, type Report } from '../../local/performance.ts';
import { findScenario, scenarios } from '../../local/scenarios/all.ts';
import type { Pace } from '../../local/aws/kernel/clock.ts';
import { emptyHouse } from './audience.ts';
import { RuleWatch } from './rules/rule-watch.ts';

async function play(name: string, pace: Pace): Promise<{ report: Report; disappointments: readonly string[] }> {
  const scenario = findScenario(name);
  let rules: RuleWatch | undefined;
  const { stage, report, disappointments } = await perform({
    scenario,
    pace,
    synthesized:
      scenario.policy === undefined ? inject('synthesized') : (inject('synthesizedBy')[scenario.policy] ?? ''),
    audience: emptyHouse,
    onStage: ({ aws }) => void (rules = new RuleWatch(aws)),
    tell: () => undefined,
  });
  const broken = await rules?.brokenRules();
  await stage.close();
  expect(broken).toEqual([]);
  return { report, disappointments };
}

/** What must hold in every release, whatever happened. */
function expectSound(report: Report): void {
  for (const { transitions } of report.releases) {
    expect(transitions.map(({ sequence }) => sequence)).toEqual(transitions.map((_, index) => index + 1));
    expect(verifyChain(transitions.map((one) => releaseEventSchema.parse(one)))).toBeUndefined();
    expect(transitions.filter(({ type }) => type === 'ended')).toHaveLength(1);
    expect(transitions.at(-1)?.type).toBe('ended');
  }
}

// What has its like among these is played by `npm run scenarios` alone: all of them take too long for every change.
const inEveryTest = [
  ...['promote', 'declined', 'invalid', 'duplicate', 'broken-deploy'],
  ...['errors', 'late-alarm', 'no-traffic', 'waves-stop'],
];

describe('every scenario ends as it says', () => {
  it.each(scenarios.map(({ name }) => name).filter((name) => inEveryTest.includes(name)))(
    '%s, jumping from one thing to the next',
    async (name) => {
      const { report, disappointments } = await play(name, 'max');
      expect(disappointments).toEqual([]);
      expectSound(report);
    },
  );

  it('promote, sixty times faster than real time', async () => {
    const { report, disappointments } = await play('promote', { times: 60 });
    expect(disappointments).toEqual([]);
    expectSound(report);
    for (const { transitions } of report.releases) {
      const at = (type: string, environment: string): number =>
        transitions.findIndex((one) => one.type === type && one.environment === environment);
      expect(at('turnGivenBack', 'staging')).toBeGreaterThan(0);
      expect(at('approved', 'production')).toBeGreaterThan(at('turnGivenBack', 'staging'));
      expect(at('changeStarted', 'production')).toBeGreaterThan(at('approved', 'production'));
    }
  });
});
