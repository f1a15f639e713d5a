import type { ApprovalItem } from './items.ts';
import { tellDeciders } from '../notify/messages.ts';
import { approvalKey } from './keys.ts';
import { equals, isAbsent } from './write-intent.ts';
import type { CheckIntent, WriteIntent } from './write-intent.ts';

/**
 * Opens an approval, and asks those who may decide. Record `approvalRequested` and register the wait in the same transaction.
 */
export function openApproval(approval: ApprovalItem): WriteIntent[] {
  const item = { ...approvalKey(approval.release, approval.approval), ...approval };
  return [{ write: 'put', item, condition: isAbsent, lost: 'AlreadyDone' }, ...tellDeciders(approval)];
}

/** Writes a decision, once: only over the open approval it was decided on. */
export function replaceApproval(before: ApprovalItem, after: ApprovalItem): WriteIntent[] {
  return [
    {
      write: 'put',
      item: { ...approvalKey(after.release, after.approval), ...after },
      condition: {
        expression: '#state = :open AND size(#decisions) = :count',
        names: { '#state': 'state', '#decisions': 'decisions' },
        values: { ':open': 'open', ':count': before.decisions.length },
      },
      lost: 'AlreadyDone',
    },
  ];
}

/** The approval is open still: for what is written because it is, when nothing else of the transaction would tell. */
export function checkOpen({ release, approval }: ApprovalItem): CheckIntent {
  return { write: 'check', key: approvalKey(release, approval), condition: equals('state', 'open'), lost: 'HeadMoved' };
}

/** What was approved is not what would change: the approval counts no more. Record `approvalVoided` in the same transaction. */
export function voidApproval({ release, approval }: ApprovalItem): WriteIntent {
  return {
    write: 'update',
    key: approvalKey(release, approval),
    expression: 'SET #state = :void',
    names: { '#state': 'state' },
    values: { ':void': 'void', ':approved': 'approved' },
    condition: { expression: '#state = :approved' },
    lost: 'HeadMoved',
  };
}
