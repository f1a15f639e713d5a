import { createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import { LinkInvalid } from '../contract/errors.ts';
import type { ApprovalItem } from '../ledger/items.ts';
import { instant, releaseId } from '../values/identifiers.ts';

const approvalIdSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** Does a text look like an approval's id? */
export function isApprovalId(text: string): boolean {
  return approvalIdSchema.safeParse(text).success;
}

/**
 * A link names the approval and the person it was sent to, and is signed so that it cannot be forged. It authorises nothing
 * by itself: opening it shows the approval, and only a POST decides.
 */
const linkSchema = z.strictObject({
  /** Opaque id of the approval. */
  approval: approvalIdSchema,
  release: releaseId,
  /** E-mail address of the person it was sent to. */
  person: z.string().min(3).max(320),
  expires: instant,
  /** Id of the signing key: keys rotate, and links signed by an older one keep working while it exists. */
  keyId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  /** ECDSA over SHA-256 on P-256, DER, base64url. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{40,200}$/),
});
export type ApprovalLink = z.infer<typeof linkSchema>;

/** The id of a KMS key from its ARN (or the text itself when it is no ARN). */
export function keyIdOf(keyArn: string): string {
  return keyArn.slice(keyArn.lastIndexOf('/') + 1);
}

/** The bytes to sign: link, digest of the artifact, environment and change. */
export function approvalMessage(
  approval: Pick<ApprovalItem, 'approval' | 'release' | 'environment' | 'digest' | 'change'>,
  { person, expires, keyId }: Pick<ApprovalLink, 'person' | 'expires' | 'keyId'>,
): Uint8Array {
  const { approval: id, release, environment, digest, change } = approval;
  const fields = ['sluice-approval-v1', id, release, environment, digest, change, person.toLowerCase(), expires, keyId];
  return new TextEncoder().encode(JSON.stringify(fields));
}

/** The URL to send. */
export function buildApprovalLink(apiUrl: string, link: ApprovalLink): string {
  const { approval, release: r, person: p, expires: e, keyId: k, signature: s } = link;
  return `${apiUrl}/approvals/${approval}?${new URLSearchParams({ r, p, e, k, s }).toString()}`;
}

/** Reads a link's path parameter and query. Throws LinkInvalid. */
export function parseApprovalLink(approval: string, query: Readonly<Record<string, string | undefined>>): ApprovalLink {
  const { r: release, p: person, e: expires, k: keyId, s: signature } = query;
  const link = linkSchema.safeParse({ approval, release, person, expires, keyId, signature });
  if (!link.success) throw new LinkInvalid('This link is incomplete: open it exactly as it was sent.');
  return link.data;
}

/** Is the link genuine, for this approval, and in time? Throws LinkInvalid. */
export function verifyApprovalLink(
  link: ApprovalLink,
  approval: ApprovalItem,
  { publicKeyPem, now }: { publicKeyPem: string; now: string },
): void {
  const place = { release: approval.release, environment: approval.environment };
  const message = approvalMessage(approval, link);
  const signature = Buffer.from(link.signature, 'base64url');
  const genuine = verify('sha256', message, createPublicKey(publicKeyPem), signature);
  if (!genuine || link.approval !== approval.approval || link.release !== approval.release) {
    throw new LinkInvalid('This link was altered or is for another approval.', place);
  }
  if (now >= link.expires) throw new LinkInvalid(`This link expired at ${link.expires}.`, place);
}
