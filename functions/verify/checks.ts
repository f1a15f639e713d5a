import type { SmokeCheck } from '../../core/checks/schema.ts';
import { judgeSmoke, type SmokeAnswer } from '../../core/checks/smoke.ts';
import type { Verdict } from '../../core/checks/verdict.ts';
import { readAlarms } from '../alarms.ts';
import type { Moment } from '../handler.ts';
import { type Probe, probeOf } from './probe.ts';
import type { VerificationSubject } from './subject.ts';

// What was created a moment ago may need a moment: permissions, addresses and certificates spread.
const smokeAttempts = 3;
const smokePause = 1000;

/** Runs smoke checks one after another. */
export async function runSmoke(
  subject: VerificationSubject,
  checks: readonly SmokeCheck[],
  by: 'version' | 'alias',
  moment: Moment,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const check of checks) {
    const probe = await probeOf(subject, check, by);
    let verdict = judgeSmoke(check, await answerOf(probe));
    for (let attempt = 1; verdict.verdict !== 'passed' && attempt < smokeAttempts; attempt += 1) {
      await moment.pause(smokePause);
      verdict = judgeSmoke(check, await answerOf(probe));
    }
    verdicts.push(verdict);
  }
  return verdicts;
}

/** Looks at the alarms of the template and of the policy. */
export function runAlarms({ plan, item, target }: VerificationSubject): Promise<Verdict[]> {
  return readAlarms({ plan, environment: item.environment, stackName: item.stackName, target });
}

async function answerOf(probe: Probe): Promise<SmokeAnswer> {
  try {
    return await probe();
  } catch (problem) {
    return { kind: 'unanswered', sentence: problem instanceof Error ? problem.message : String(problem) };
  }
}
