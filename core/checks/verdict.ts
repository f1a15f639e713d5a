/** `failed`: the release is bad. `inconclusive`: too little evidence to say that it is good; never taken as good. */
// A type, not an interface: only so does it fit the evidence of a transition, which is any JSON.
export type Verdict = {
  check: string;
  verdict: 'passed' | 'failed' | 'inconclusive';
  /** What was seen, and what was expected. */
  sentence: string;
  measured?: Record<string, number>;
  /** What was allowed, by the same names. */
  limits?: Record<string, number>;
};

/** The verdict of many: bad if one is bad, good only if all are good. */
export function overallVerdict(verdicts: readonly Verdict[]): Verdict['verdict'] {
  if (verdicts.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return verdicts.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'passed';
}

/** The sentences of everything that is not good; empty when all is. */
export function describeVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ check, verdict, sentence }) => `${check} ${verdict}: ${sentence}`)
    .join(' ');
}
