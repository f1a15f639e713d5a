import {
  type ApprovalDocument,
  type ApprovalSummary,
  describeApproval,
  summarizeApproval,
} from '../../core/contract/api/approvals.ts';
import { isApprovalId } from '../../core/approval/link.ts';
import { NotInLedger } from '../../core/contract/errors.ts';
import { approvalItem } from '../../core/ledger/items.ts';
import { approvalKey, approvalPrefix, releasePartition } from '../../core/ledger/keys.ts';
import { parseItem, readItem, readTargets } from '../../engine/ledger/read.ts';
import { findRelease } from './releases.ts';
import type { ReadServices } from './services.ts';

/** Approvals that are shown: no release was ever asked about so often. */
const SHOWN = 100;

/** What was requested for a release, the newest first. @throws RequestInvalid, NotInLedger */
export async function listApprovals(
  services: ReadServices,
  id: string,
  now: string,
): Promise<{ readonly release: string; readonly approvals: readonly ApprovalSummary[] }> {
  const head = await findRelease(services, id);
  const range = { prefix: approvalPrefix, limit: SHOWN };
  const { items } = await services.ledger.query(releasePartition(head.release), range);
  const approvals = items.map((item) => summarizeApproval(parseItem(approvalItem, item), head, now));
  return { release: head.release, approvals: approvals.sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1)) };
}

/** What an approval is for, what would change, and what was decided. @throws RequestInvalid, NotInLedger */
export async function showApproval(
  services: ReadServices,
  id: string,
  approval: string,
  now: string,
): Promise<ApprovalDocument> {
  const head = await findRelease(services, id);
  const key = approvalKey(head.release, approval);
  const item = isApprovalId(approval) ? await readItem(services.ledger, key, approvalItem) : undefined;
  if (item === undefined) throw new NotInLedger('The release has no such approval.', { release: head.release });
  const targets = await readTargets(services.ledger, head.release, item.environment);
  return describeApproval(item, head, targets, now);
}
