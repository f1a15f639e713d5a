import * as z from 'zod';
import { evidenceReference, sliceSchema, type EvidenceDocument, verdictSchema } from '../../checks/evidence.ts';
import { accountId, environmentName, regionName, releaseId, sha256 } from '../../values/identifiers.ts';

/** Pages of evidence, as the HTTP API shows it. */

/** Verdicts on a page of evidence. */
export const EVIDENCE_PAGE = 500;

const ofEvidence = { evidence: sha256, release: releaseId, environment: environmentName };

const ofTarget = { account: accountId.exactOptional(), region: regionName.exactOptional() };

/** `GET /v1/releases/{id}/evidence/{sha256}`: what a judgement rests on, or the series that was measured while traffic moved. */
export const evidencePage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('verdicts'),
    ...ofEvidence,
    ...ofTarget,
    total: z.int(),
    verdicts: z.array(verdictSchema),
    /** The evidence that holds the series. */
    series: evidenceReference.exactOptional(),
    /** `after` of the next page; absent on the last. */
    next: z.int().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('series'), ...ofEvidence, ...ofTarget, slices: z.array(sliceSchema) }),
]);

export type EvidencePage = z.infer<typeof evidencePage>;

/** `GET /v1/releases/{id}/evidence/{sha256}`: query. */
export const evidenceQuery = z.strictObject({
  /** How many verdicts to pass over. */
  after: z.coerce.number().int().min(0).max(99_999_999).default(0),
});

/** A page of evidence. @param after how many verdicts to pass over */
export function describeEvidence(document: EvidenceDocument, evidence: string, after: number): EvidencePage {
  const { release, environment, account, region } = document;
  const place = {
    ...{ evidence, release, environment },
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  };
  if (document.kind === 'series') return { kind: 'series', ...place, slices: document.slices };
  const { verdicts, series } = document;
  const end = after + EVIDENCE_PAGE;
  return {
    ...{ kind: 'verdicts', ...place, total: verdicts.length, verdicts: verdicts.slice(after, end) },
    ...(series === undefined ? {} : { series }),
    ...(end < verdicts.length ? { next: end } : {}),
  };
}
