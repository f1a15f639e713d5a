import { describeNext } from '../../core/approval/next.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readHead } from '../ledger/read.ts';
import { readQueue } from '../turn/pass-on.ts';
import { closureAt, windowsOf } from '../turn/windows.ts';

/** What happens after a decision, by what the ledger says now. @param approval as the decision left it */
export async function followUp(ledger: Ledger, approval: ApprovalItem, now: string): Promise<string> {
  const { release, environment, state, override } = approval;
  if (state !== 'approved' || override !== undefined) return describeNext(approval, undefined);
  const head = await readHead(ledger, release);
  const [queue, windows] = await Promise.all([
    readQueue(ledger, { service: head.service, environment }),
    windowsOf(ledger, head, environment),
  ]);
  return describeNext(approval, { queue, closed: await closureAt(windows, now) });
}
