import * as z from 'zod';

/** `failed`: the release is bad. `inconclusive`: too little evidence to say that it is good; never taken as good. */
const verdictSchema = z.strictObject({
  check: z.string(),
  verdict: z.enum(['passed', 'failed', 'inconclusive']),
  /** What was seen, and what was expected. */
  sentence: z.string(),
  measured: z.record(z.string(), z.number()).exactOptional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

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
