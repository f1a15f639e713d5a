import { isAuthor } from '../../core/approval/decision.ts';
import { approvalMessage, buildApprovalLink } from '../../core/approval/link.ts';
import { approvalItem, type ApprovalItem, type TargetItem } from '../../core/ledger/items.ts';
import { releasePartition } from '../../core/ledger/keys.ts';
import type { Plan } from '../../core/release/plan.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { parseItem, readAll } from '../../engine/ledger/read.ts';
import { approvalMail } from './approval-mail.ts';
import type { GateServices } from './services.ts';

/** Every approval that was requested in an environment of a release. */
export async function readApprovals(ledger: Ledger, release: string, environment: string): Promise<ApprovalItem[]> {
  const items = await readAll(ledger, releasePartition(release), 'approval#');
  return items.map((item) => parseItem(approvalItem, item)).filter((approval) => approval.environment === environment);
}

/** Sends each person who may decide a link of their own. */
export async function sendMails(
  { links, mail, apiUrl }: GateServices,
  plan: Plan,
  targets: readonly TargetItem[],
  approval: ApprovalItem,
): Promise<void> {
  const { service, version } = plan.manifest;
  const deciders = approval.people.filter((person) => approval.selfApproval || !isAuthor(approval.author, person));
  for (const person of deciders) {
    const claims = { person: person.email, expires: approval.deadline, keyId: links.keyId };
    const signature = await links.sign(approvalMessage(approval, claims));
    const { approval: id, release } = approval;
    const link = buildApprovalLink(apiUrl, { approval: id, release, ...claims, signature });
    await mail.send(approvalMail({ approval, service, version, targets }, person, link));
  }
}
