import * as z from 'zod';
import { accountId, environmentName, instant, regionName, releaseId, sha256 } from '../values/identifiers.ts';
import { cutText } from '../values/text.ts';
import { errorKind } from './measurement-schema.ts';
import type { Verdict } from './verdict.ts';

/**
 * What a judgement rests on. An event of the ledger holds counts and what did not pass; all of it lies in an object beside the
 * ledger, which the event names by digest, so that the chain of hashes covers it.
 */

const figures = z.record(z.string(), z.number());
export const verdictSchema = z.object({
  check: z.string(),
  verdict: z.enum(['passed', 'failed', 'inconclusive']),
  sentence: z.string(),
  measured: figures.exactOptional(),
  limits: figures.exactOptional(),
});

/** An object with evidence, by its digest. */
export const evidenceReference = z.strictObject({ sha256, bytes: z.int().min(1) });
export type EvidenceReference = z.infer<typeof evidenceReference>;

const measuredVersion = z.object({
  requests: z.int().min(0),
  errors: z.partialRecord(errorKind, z.int().min(1)),
  /** Milliseconds that this share of the answers did not exceed, as `p50Milliseconds` and so on; empty where nothing answered. */
  latencies: figures,
});
export type MeasuredVersion = z.infer<typeof measuredVersion>;

/** One slice of synthetic traffic: what each version answered, check by check. */
export const sliceSchema = z.object({
  slice: z.int().min(1),
  at: instant,
  checks: z.array(
    z.object({
      check: z.string(),
      /** Percent of the users who came to the new version then; absent where no alias guards what is called. */
      weight: z.number().min(0).max(100).exactOptional(),
      /** How the new version stood after this slice, by all that was measured until then; absent where an older engine drove it. */
      verdict: verdictSchema.shape.verdict.exactOptional(),
      newVersion: measuredVersion,
      oldVersion: measuredVersion,
    }),
  ),
});
export type MeasuredSlice = z.infer<typeof sliceSchema>;

const place = {
  release: releaseId,
  environment: environmentName,
  /** Absent where it is of every target of the environment. */
  account: accountId.exactOptional(),
  region: regionName.exactOptional(),
};

/** Verdicts of checks. */
const verdictsDocument = z.object({
  kind: z.literal('verdicts'),
  ...place,
  verdicts: z.array(verdictSchema),
  /** The series that was measured while traffic moved. */
  series: evidenceReference.exactOptional(),
});

/** What was measured while traffic moved, slice by slice. */
const seriesDocument = z.object({ kind: z.literal('series'), ...place, slices: z.array(sliceSchema) });

export const evidenceDocument = z.discriminatedUnion('kind', [verdictsDocument, seriesDocument]);
export type EvidenceDocument = z.infer<typeof evidenceDocument>;

/** What an event of the ledger holds of verdicts. */
// A type, not an interface: only a type fits the evidence of a transition, which is any JSON.
export type VerdictSummary = {
  counts: Record<Verdict['verdict'], number>;
  /** The first of those that did not pass, failed ones first, shortened. */
  notPassed: Verdict[];
  /** How many more did not pass; absent where these are all. */
  notShown?: number;
  /** The object that holds all of them. */
  object: EvidenceReference;
};

/** Verdicts that did not pass and stand in an event: an item of the ledger has room for 400 KB. */
export const MOST_SHOWN = 20;
const LONGEST_NAME = 200;
const LONGEST_SENTENCE = 500;

/** What an event holds of verdicts that lie in an object. */
export function summarizeVerdicts(verdicts: readonly Verdict[], object: EvidenceReference): VerdictSummary {
  const of = (wanted: Verdict['verdict']): Verdict[] => verdicts.filter(({ verdict }) => verdict === wanted);
  const [failed, inconclusive] = [of('failed'), of('inconclusive')];
  const bad = [...failed, ...inconclusive];
  return {
    counts: { passed: of('passed').length, failed: failed.length, inconclusive: inconclusive.length },
    notPassed: bad.slice(0, MOST_SHOWN).map((one) => ({
      ...one,
      check: cutText(one.check, LONGEST_NAME),
      sentence: cutText(one.sentence, LONGEST_SENTENCE),
    })),
    ...(bad.length > MOST_SHOWN ? { notShown: bad.length - MOST_SHOWN } : {}),
    object: { ...object },
  };
}

/** `12 checks: 11 passed, 1 failed`. */
export function describeCounts(counts: VerdictSummary['counts']): string {
  const { passed, failed, inconclusive } = counts;
  const total = passed + failed + inconclusive;
  const parts = Object.entries({ passed, failed, inconclusive }).filter(([, count]) => count > 0);
  const told = parts.map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  return `${total} ${total === 1 ? 'check' : 'checks'}${told === '' ? '' : `: ${told}`}`;
}

const recorded = z.object({
  counts: z.object({ passed: z.int(), failed: z.int(), inconclusive: z.int() }),
  object: evidenceReference,
});

/** What the evidence of an event says of the object that holds all of it; undefined where it names none. */
export function recordedObject(evidence: unknown): z.infer<typeof recorded> | undefined {
  return recorded.safeParse(evidence).data;
}
