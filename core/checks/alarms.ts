import type { Verdict } from './verdict.ts';

/** An alarm as CloudWatch reports it. */
export interface AlarmReading {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'missing';
  readonly reason?: string;
}

/**
 * Judges an alarm. One without data passes: that is common for error alarms of a quiet service, and the minimum of samples of
 * synthetic traffic proves that there was something to measure. A missing alarm is inconclusive.
 */
export function judgeAlarm({ name, state, reason }: AlarmReading): Verdict {
  const check = `alarm ${name}`;
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
