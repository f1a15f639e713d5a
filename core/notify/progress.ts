import type { EventType } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import type { PutIntent } from '../ledger/write-intent.ts';
import { putMessage } from './outbox.ts';

/**
 * Transitions after which Slack has something else to say: of an approval, of what a release waits for, of users who move, of a
 * rollback, of an end.
 */
const told: ReadonlySet<EventType> = new Set<EventType>([
  'accepted',
  ...([
    'approvalRequested',
    'approvalGiven',
    'approved',
    'declined',
    'approvalExpired',
    'approvalVoided',
    'approvalReminded',
  ] as const),
  ...(['decisionRequested', 'continued', 'checkFailed', 'superseded', 'turnRequested', 'turnTaken'] as const),
  ...(['shiftStarted', 'shifted', 'bakeStarted', 'monitoringStarted'] as const),
  ...(['failed', 'cancelled', 'rollbackStarted', 'rolledBack', 'rollbackFailed', 'ended'] as const),
]);

/**
 * The message that has Slack say how a release stands, where it is told of there. It is one item: each such transition replaces
 * it, and whoever delivers it says what the ledger says by then.
 */
export function tellProgress(head: ReleaseHead, types: readonly EventType[]): PutIntent[] {
  if (head.slack === undefined || !types.some((type) => told.has(type))) return [];
  const { release, sequence, updatedAt } = head;
  const about = { kind: 'progress', sequence } as const;
  return [putMessage({ release, about, pending: [{ to: 'slack' }], attempts: 0, notBefore: updatedAt })];
}
