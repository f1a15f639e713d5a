import { createHash } from 'node:crypto';
import type { EvidenceDocument, EvidenceReference } from '../checks/evidence.ts';
import { evidenceDocument } from '../checks/evidence.ts';
import { canonicalJson } from '../release/chain.ts';

/** An object of the evidence bucket, before it is written. */
export interface SealedEvidence {
  readonly key: string;
  readonly text: string;
  readonly reference: EvidenceReference;
}

/** `<release>/<SHA-256>.json`: who writes the same again writes the same object. */
export function evidenceKey(release: string, sha256: string): string {
  return `${release}/${sha256}.json`;
}

/** The object of a document. */
export function sealEvidence(document: EvidenceDocument): SealedEvidence {
  const text = canonicalJson(document);
  const sha256 = digestOfText(text);
  const reference = { sha256, bytes: Buffer.byteLength(text) };
  return { key: evidenceKey(document.release, sha256), text, reference };
}

/** A document as it was read, or why it is not what was written. */
export type EvidenceReading = { readonly document: EvidenceDocument } | { readonly problem: string };

/** Reads the text of an object. */
export function openEvidence(text: string, release: string, sha256: string): EvidenceReading {
  if (digestOfText(text) !== sha256) return { problem: 'its bytes do not have this digest: it was changed' };
  const read = evidenceDocument.safeParse(parseJson(text));
  if (!read.success) return { problem: 'it is in a form that this version of the engine does not know' };
  if (read.data.release !== release) return { problem: `it is evidence of ${read.data.release}` };
  return { document: read.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
