import { cutText } from '../values/text.ts';

/** `failed`: the release is bad. `inconclusive`: too little evidence to judge; never counts as good. */
// A type, not an interface: only a type fits the evidence of a transition, which is any JSON.
export type Verdict = {
  check: string;
  verdict: 'passed' | 'failed' | 'inconclusive';
  /** What was measured, and what was expected. */
  sentence: string;
  measured?: Record<string, number>;
  /** What was allowed, by the same names. */
  limits?: Record<string, number>;
};

/** The verdict of many: `failed` if one failed, `passed` only if all passed. */
export function overallVerdict(verdicts: readonly Verdict[]): Verdict['verdict'] {
  if (verdicts.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return verdicts.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'passed';
}

/** Sentences of checks stand in reasons, answers and logs, each of which has a limit: so many of them, and how many more there are. */
const MOST_TOLD = 20;
const LONGEST_TOLD = 1000;

/** The sentences of the checks that did not pass, failed ones first; empty when all passed. */
export function describeVerdicts(verdicts: readonly Verdict[]): string {
  const of = (wanted: Verdict['verdict']): Verdict[] => verdicts.filter(({ verdict }) => verdict === wanted);
  const bad = [...of('failed'), ...of('inconclusive')];
  const told = bad
    .slice(0, MOST_TOLD)
    .map(({ check, verdict, sentence }) => cutText(`${check} ${verdict}: ${sentence}`, LONGEST_TOLD));
  const more = bad.length > MOST_TOLD ? [`And ${bad.length - MOST_TOLD} more did not pass.`] : [];
  return [...told, ...more].join(' ');
}
