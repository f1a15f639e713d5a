import { whyNot } from '../../core/approval/decision.ts';
import { approvalMessage, buildApprovalLink } from '../../core/approval/link.ts';
import type { ApprovalItem, TargetItem } from '../../core/ledger/items.ts';
import type { Plan } from '../../core/release/plan.ts';
import { approvalMail } from './approval-mail.ts';
import type { GateServices } from './services.ts';

/** Sends each person who may decide a link of their own. */
export async function sendMails(
  { links, mail, apiUrl }: GateServices,
  plan: Plan,
  targets: readonly TargetItem[],
  approval: ApprovalItem,
): Promise<void> {
  const { service, version } = plan.manifest;
  const deciders = approval.people.filter((person) => whyNot(approval, person).decline === undefined);
  for (const person of deciders) {
    const claims = { person: person.email, expires: approval.deadline, keyId: links.keyId };
    const signature = await links.sign(approvalMessage(approval, claims));
    const { approval: id, release } = approval;
    const link = buildApprovalLink(apiUrl, { approval: id, release, ...claims, signature });
    await mail.send(await approvalMail({ approval, service, version, targets }, person, link));
  }
}
