import { expect, inject } from 'vitest';
import { verifyChain } from '../../../core/release/chain.ts';
import { releaseEventSchema } from '../../../core/release/events.ts';
import type { Pace } from 'local-aws/clock';
import { runScenario, type ScenarioReport } from '../../../local/run-scenario.ts';
import { findScenario } from '../../../local/scenarios/all.ts';
import { silentListener } from '../listener.ts';
import { DeadLetters } from '../rules/dead-letters.ts';
import { RuleChecker } from '../rules/rule-checker.ts';

/**
 * Runs a scenario as `npm start` does, and expects that nothing deviates from it, that every rule of the ledger holds, that
 * nothing is in the dead-letter queues, and that the history of each release is whole.
 * @param synthesized by the scenario's policy; by the sample's when left out
 * @returns the report, for further expectations
 */
export async function expectScenarioPasses(
  name: string,
  pace: Pace,
  synthesized = inject('synthesized'),
): Promise<ScenarioReport> {
  const scenario = findScenario(name);
  let rules: RuleChecker | undefined;
  let letters: DeadLetters | undefined;
  const { sandbox, report, deviations } = await runScenario({
    scenario,
    pace,
    synthesized,
    listener: silentListener,
    onSandboxStarted: ({ aws }) => {
      rules = new RuleChecker(aws);
      letters = new DeadLetters(aws);
    },
    log: () => undefined,
  });
  const broken = await rules?.brokenRules();
  sandbox.aws.clock.setPace('max');
  const dead = await letters?.take();
  await sandbox.close();
  expect(dead).toEqual([]);
  expect(broken).toEqual([]);
  expect(deviations).toEqual([]);
  expectWholeHistory(report);
  return report;
}

/** Expects numbered, hashed transitions and exactly one end of every release. */
function expectWholeHistory(report: ScenarioReport): void {
  for (const { transitions } of report.releases) {
    expect(transitions.map(({ sequence }) => sequence)).toEqual(transitions.map((_, index) => index + 1));
    expect(verifyChain(transitions.map((one) => releaseEventSchema.parse(one)))).toBeUndefined();
    expect(transitions.filter(({ type }) => type === 'ended')).toHaveLength(1);
    expect(transitions.at(-1)?.type).toBe('ended');
  }
}
