import { judgeAlarm } from '../../core/checks/alarms.ts';
import type { SmokeCheck } from '../../core/checks/schema.ts';
import { judgeSmoke, type SmokeAnswer } from '../../core/checks/smoke.ts';
import { describeVerdicts, overallVerdict, type Verdict } from '../../core/checks/verdict.ts';
import { CheckFailed, type ErrorPlace } from '../../core/errors.ts';
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

/** Looks at the manifest's alarms. */
export async function runAlarms({ plan, target, physicalId }: VerificationSubject): Promise<Verdict[]> {
  const named = await Promise.all(
    (plan.manifest.alarms ?? []).map(async (logicalId) => ({
      logicalId,
      name: await physicalId(logicalId),
    })),
  );
  const known = await target.alarms.describe(named.flatMap(({ name }) => (name === undefined ? [] : [name])));
  return named.map(({ logicalId, name }) => {
    const found = known.find((alarm) => alarm.name === name);
    return judgeAlarm({
      name: logicalId,
      state: found?.state ?? 'missing',
      ...(found === undefined || found.reason === '' ? {} : { reason: found.reason }),
    });
  });
}

/** @throws CheckFailed unless all is good, saying what was measured and what was allowed */
export function requirePassed(verdicts: readonly Verdict[], place: ErrorPlace): void {
  if (overallVerdict(verdicts) === 'passed') return;
  throw new CheckFailed(describeVerdicts(verdicts), { ...place, evidence: { verdicts } });
}

async function answerOf(probe: Probe): Promise<SmokeAnswer> {
  try {
    return await probe();
  } catch (problem) {
    return { kind: 'unanswered', sentence: problem instanceof Error ? problem.message : String(problem) };
  }
}
