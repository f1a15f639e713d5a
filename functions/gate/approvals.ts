import { approvalItem, type ApprovalItem } from '../../core/ledger/items.ts';
import { releasePartition } from '../../core/ledger/keys.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { parseItem, readAll } from '../../engine/ledger/read.ts';

/** Every approval that was requested in an environment of a release. */
export async function readApprovals(ledger: Ledger, release: string, environment: string): Promise<ApprovalItem[]> {
  const items = await readAll(ledger, releasePartition(release), 'approval#');
  return items.map((item) => parseItem(approvalItem, item)).filter((approval) => approval.environment === environment);
}
