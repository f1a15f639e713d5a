import {
  type EvidenceDocument,
  type EvidenceReference,
  summarizeVerdicts,
  type VerdictSummary,
} from '../../core/checks/evidence.ts';
import type { Verdict } from '../../core/checks/verdict.ts';
import { DataUnreadable, EngineUnavailable, NotInLedger } from '../../core/contract/errors.ts';
import { evidenceKey, openEvidence, sealEvidence } from '../../core/ledger/evidence-object.ts';
import type { EvidenceStore } from '../../adapters/s3/evidence.ts';

/** What was judged: one target, or every target of the environment. */
export interface JudgedPlace {
  readonly release: string;
  readonly environment: string;
  readonly account?: string;
  readonly region?: string;
}

/**
 * Writes verdicts to an object of their own. Called before the event that names it: a crash in between leaves an object that no
 * event names, never an event without its object.
 * @returns what the event holds of them
 */
export async function keepVerdicts(
  evidence: EvidenceStore,
  { release, environment, account, region }: JudgedPlace,
  verdicts: readonly Verdict[],
  series?: EvidenceReference,
): Promise<VerdictSummary> {
  const where = account === undefined || region === undefined ? {} : { account, region };
  const object = await keepEvidence(evidence, {
    ...{ kind: 'verdicts', release, environment, ...where },
    verdicts: [...verdicts],
    ...(series === undefined ? {} : { series }),
  });
  return summarizeVerdicts(verdicts, object);
}

/** Writes a document to an object; the same again is the same object. */
export async function keepEvidence(evidence: EvidenceStore, document: EvidenceDocument): Promise<EvidenceReference> {
  const sealed = sealEvidence(document);
  await evidence.put(sealed);
  return sealed.reference;
}

/**
 * Reads a document.
 * @throws NotInLedger where there is none
 * @throws DataUnreadable, EngineUnavailable that say why it cannot be read
 */
export async function readEvidence(
  evidence: Pick<EvidenceStore, 'text'>,
  release: string,
  sha256: string,
): Promise<EvidenceDocument> {
  const key = evidenceKey(release, sha256);
  const text = await evidence.text(key).catch((problem: unknown) => {
    const why = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
    throw new EngineUnavailable(`The evidence ${key} cannot be read: ${why}.`, { release, cause: problem });
  });
  if (text === undefined) {
    throw new NotInLedger(`There is no evidence ${key} in the evidence bucket.`, { release });
  }
  const reading = openEvidence(text, release, sha256);
  if ('document' in reading) return reading.document;
  throw new DataUnreadable(`The evidence ${key} cannot be read: ${reading.problem}.`, { release });
}
