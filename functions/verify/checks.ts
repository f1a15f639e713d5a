import { performance } from 'node:perf_hooks';
import type { SmokeCheck } from '../../core/checks/schema.ts';
import { judgeSmoke, pauseBeforeRetry, type SmokeAnswer } from '../../core/checks/smoke.ts';
import type { Verdict } from '../../core/checks/verdict.ts';
import { readAlarms } from '../../engine/waits/read-alarms.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { type Probe, probeOf } from './probe.ts';
import type { BeforeCheck } from './under-way.ts';
import type { VerificationContext } from './verification-context.ts';

/** Runs smoke checks one after another. @param between called before each but the first */
export async function runSmoke(
  verification: VerificationContext,
  checks: readonly SmokeCheck[],
  by: 'version' | 'alias',
  invocation: InvocationContext,
  between?: BeforeCheck,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const check of checks) {
    if (verdicts.length > 0) await between?.();
    verdicts.push(await smoke(await probeOf(verification, check, by), check, invocation));
  }
  return verdicts;
}

/** Repeats a smoke check until it passes, or no further attempt is allowed. */
export async function smoke(
  probe: Probe,
  check: SmokeCheck,
  invocation: Pick<InvocationContext, 'pause'>,
): Promise<Verdict> {
  const begin = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const asked = performance.now();
    const answer = await answerOf(probe);
    const verdict = judgeSmoke(check, { answer, milliseconds: performance.now() - asked, attempt });
    const pause = pauseBeforeRetry(check, attempt, performance.now() - begin);
    if (verdict.verdict === 'passed' || pause === undefined) return verdict;
    await invocation.pause(pause);
  }
}

/**
 * Judges the alarms of the manifest, of the release that was live before, and of the policy.
 * @param overriddenAt since when those that were firing then say nothing of the release; undefined where all count
 */
export function runAlarms({ plan, item, target }: VerificationContext, overriddenAt?: string): Promise<Verdict[]> {
  const { environment, stackName, formerRelease: former } = item;
  return readAlarms({ plan, environment, stackName, target, former, overriddenAt });
}

async function answerOf(probe: Probe): Promise<SmokeAnswer> {
  try {
    return await probe();
  } catch (problem) {
    return { kind: 'unanswered', sentence: problem instanceof Error ? problem.message : String(problem) };
  }
}
