import { releaseActions } from './action.ts';
import { cancelRelease } from './cancel.ts';
import { continueRelease } from './continue.ts';
import { retryRelease } from './retry.ts';
import type { ReleaseHead } from '../head.ts';
import { isGood, orderedEnvironments } from '../progress.ts';
import { isEnd } from '../status.ts';

/** What a page offers. */
export const offeredActions = [...releaseActions, 'retry', 'rollback', 'override-window'] as const;
export type OfferedAction = (typeof offeredActions)[number];

/** Something that can be done to a release as it stands. */
export interface Offer {
  readonly action: OfferedAction;
  /** Where. */
  readonly environment: string;
  /** What follows. */
  readonly follows: string;
}

/**
 * What can be done to a release as it stands, by the same decisions as the actions themselves; whoever presses the button may find that
 * it has gone on by then. @param given environments that the policy gives the service, in order
 */
export function offersOf(head: ReleaseHead, given: readonly string[]): Offer[] {
  const { release, service, status } = head;
  const nobody = { by: '', at: head.updatedAt, reason: '', principal: '' };
  const environment = head.environment ?? head.order[0] ?? given[0] ?? '';
  const cancelled = cancelRelease(head, nobody);
  const continued = continueRelease(head, nobody);
  const passed = isEnd(status) ? orderedEnvironments(head).filter(isGood) : [];
  return [
    ...(cancelled.answer === 'done' ? [{ action: 'cancel' as const, environment, follows: cancelled.follows }] : []),
    ...(continued.answer === 'done' ? [{ action: 'continue' as const, environment, follows: continued.follows }] : []),
    ...(status === 'AwaitingWindow'
      ? [
          {
            action: 'override-window' as const,
            environment,
            follows: `${release} is let in although a window is closed.`,
          },
        ]
      : []),
    ...('origin' in retryRelease(head, given)
      ? [{ action: 'retry' as const, environment, follows: `The artifact of ${release} is tried again.` }]
      : []),
    ...passed.map(({ name }) => ({
      action: 'rollback' as const,
      environment: name,
      follows: `The version of ${service} that served in ${name} before serves there again.`,
    })),
  ];
}
