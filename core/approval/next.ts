import type { ApprovalItem } from '../ledger/items.ts';
import { describeQuorum } from './quorum.ts';
import { describeObstacle, type Queue } from '../turn/queue.ts';
import type { Closure } from '../turn/windows/closure.ts';

/** What decides what follows an approval. */
export interface Prospect {
  readonly queue: Pick<Queue, 'turn' | 'hold' | 'quarantine'>;
  /** The window that keeps the release now. */
  readonly closed: Closure | undefined;
}

/**
 * What happens after a decision, in a sentence or two.
 * @param prospect of the environment; undefined where the decision does not lead there
 */
export function describeNext(approval: ApprovalItem, prospect: Prospect | undefined): string {
  const { release, environment, deadline, override, state } = approval;
  if (state === 'declined') {
    return override === undefined
      ? `${release} ends, and changes nothing in ${environment}. Environments before keep what they have.`
      : `${release} is rolled back in ${environment}: what served before serves again.`;
  }
  if (state !== 'approved') {
    const until = `${deadline.slice(0, 16).replace('T', ' ')} UTC`;
    return `${describeQuorum(approval)} Nothing changes until then, and it expires at ${until}.`;
  }
  if (override !== undefined || prospect === undefined) return `${release} continues in ${environment} now.`;
  const { queue, closed } = prospect;
  if (queue.turn?.holder === release) return `${release} has its turn in ${environment}: it deploys now.`;
  const obstacle = describeObstacle(queue, closed === undefined ? {} : { closed });
  if (obstacle === undefined) return `${release} takes its turn in ${environment} and deploys now.`;
  return `${release} waits, because ${environment} is not free: ${obstacle.replace(/\.$/, '')}. It continues by itself; if something else would change by then, you are asked again.`;
}
