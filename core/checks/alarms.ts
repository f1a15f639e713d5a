import type { Verdict } from './verdict.ts';

/** An alarm as CloudWatch reports it. */
export interface AlarmReading {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'missing';
  readonly reason?: string;
  /** When it began to fire, where that was before a person let the release in. */
  readonly excusedSince?: string;
}

/**
 * Has an alarm been firing since before a person let the release in? Then it says nothing of the release, until it becomes OK.
 * @param overriddenAt undefined where nobody did
 */
export function isExcused(
  { state, since }: { readonly state: string; readonly since: string },
  overriddenAt: string | undefined,
): boolean {
  return overriddenAt !== undefined && state === 'ALARM' && since !== '' && since <= overriddenAt;
}

/**
 * Judges an alarm. One without data passes: that is common for error alarms of a quiet service, and the minimum of samples of
 * synthetic traffic proves that there was something to measure. A missing alarm is inconclusive.
 */
export function judgeAlarm({ name, state, reason, excusedSince }: AlarmReading): Verdict {
  const check = `alarm ${name}`;
  if (excusedSince !== undefined) {
    const sentence = `has been in alarm since ${excusedSince}, before a person let the release in.`;
    return { check, verdict: 'passed', sentence };
  }
  switch (state) {
    case 'ALARM':
      return {
        check,
        verdict: 'failed',
        sentence: `is in alarm${reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`}.`,
      };
    case 'missing':
      return { check, verdict: 'inconclusive', sentence: 'does not exist in the target.' };
    case 'OK':
    case 'INSUFFICIENT_DATA':
      return { check, verdict: 'passed', sentence: `is ${state}.` };
  }
}
