import { parseApprovalLink, verifyApprovalLink, type ApprovalLink } from '../../core/approval/link.ts';
import { LinkInvalid, NotInLedger } from '../../core/contract/errors.ts';
import { approvalItem, type ApprovalItem } from '../../core/ledger/items.ts';
import { approvalKey } from '../../core/ledger/keys.ts';
import { readItem } from '../../engine/ledger/read.ts';
import type { DecideServices } from './services.ts';

/** The approval a signed link is about. @throws LinkInvalid, NotInLedger */
export async function openLinkedApproval(
  services: DecideServices,
  id: string,
  query: Readonly<Record<string, string>>,
  now: string,
): Promise<{ readonly link: ApprovalLink; readonly approval: ApprovalItem }> {
  const link = parseApprovalLink(id, query);
  const approval = await readItem(services.ledger, approvalKey(link.release, link.approval), approvalItem);
  if (approval === undefined) throw new NotInLedger('The ledger has no such approval.', { release: link.release });
  const publicKeyPem = await keyOf(services, link, approval);
  verifyApprovalLink(link, approval, { publicKeyPem, now });
  return { link, approval };
}

async function keyOf(services: DecideServices, link: ApprovalLink, approval: ApprovalItem): Promise<string> {
  try {
    return await services.links.publicKeyPem(link.keyId);
  } catch (cause) {
    const place = { release: approval.release, environment: approval.environment };
    throw new LinkInvalid('The key that signed this link is not known.', { ...place, cause });
  }
}
