import { expect, inject } from 'vitest';
import { verifyChain } from '../../../core/release/chain.ts';
import { releaseEventSchema } from '../../../core/release/events.ts';
import type { Pace } from '../../../local-aws/kernel/clock.ts';
import { perform, type Report } from '../../../local/run-scenario.ts';
import { findScenario } from '../../../local/scenarios/all.ts';
import { emptyHouse } from '../listener.ts';
import { RuleWatch } from '../rules/rule-checker.ts';

/**
 * Plays a scenario as `npm start` does, and expects that it ends as it says, that every rule of the ledger held on the way, and
 * that the story is whole. @returns what it reports, for what else is to be expected of it
 */
export async function expectAsTold(name: string, pace: Pace): Promise<Report> {
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
  expect(disappointments).toEqual([]);
  expectSound(report);
  return report;
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
