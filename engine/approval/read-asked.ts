import type { Asked } from '../../core/approval/brief.ts';
import { standingOf } from '../../core/approval/standing.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';
import { eventPrefix, releasePartition } from '../../core/ledger/keys.ts';
import { releaseEventSchema } from '../../core/release/events.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { parseItem, readHead, readPlan, readTargets } from '../ledger/read.ts';

/** Transitions that are read, the newest: enough for the checks of an environment of 200 targets, however many there are. */
const TRANSITIONS = 500;

/** All that those who decide are told of an approval. */
export async function readAsked(ledger: Ledger, approval: ApprovalItem, now: string): Promise<Asked> {
  const { release, environment } = approval;
  const newest = { prefix: eventPrefix, newestFirst: true, limit: TRANSITIONS };
  const [head, plan, targets, { items }] = await Promise.all([
    readHead(ledger, release),
    readPlan(ledger, release),
    readTargets(ledger, release, environment),
    ledger.query(releasePartition(release), newest),
  ]);
  const events = items.map((item) => parseItem(releaseEventSchema, item)).reverse();
  return { approval, standing: standingOf(approval, head, now), head, plan, targets, events };
}
