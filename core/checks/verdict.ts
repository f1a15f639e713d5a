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

/** The sentences of all checks that did not pass; empty when all passed. */
export function describeVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ check, verdict, sentence }) => `${check} ${verdict}: ${sentence}`)
    .join(' ');
}
