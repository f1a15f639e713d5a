import { ActionRefused } from '../../contract/errors.ts';
import type { EventDraft } from '../events.ts';
import type { ReleaseHead } from '../head.ts';
import { isHalted } from '../progress.ts';
import { isEnd } from '../status.ts';

/** What a person can do to one release. */
export const releaseActions = ['cancel', 'continue'] as const;
export type ReleaseAction = (typeof releaseActions)[number];

/** How a release answers an action: it is done (what is recorded, and what follows), it was done before, or it is refused. */
export type ActionAnswer =
  | { readonly answer: 'done'; readonly events: readonly EventDraft[]; readonly follows: string }
  | { readonly answer: 'already'; readonly follows: string }
  | { readonly answer: 'refused'; readonly why: string };

/** An answer that lets the action through. @throws ActionRefused */
export function requireTaken(
  { release }: ReleaseHead,
  answer: ActionAnswer,
): Exclude<ActionAnswer, { readonly answer: 'refused' }> {
  if (answer.answer === 'refused') throw new ActionRefused(answer.why, { release });
  return answer;
}

/** Why a release takes no action at all any more; undefined while it does. */
export function whyOver(head: ReleaseHead): string | undefined {
  const { release, status, failure } = head;
  if (isEnd(status)) {
    const serves =
      status === 'Succeeded'
        ? ` To bring the version before it back: sluice rollback ${head.service} ENVIRONMENT.`
        : '';
    return `${release} has ended ${status}.${serves}`;
  }
  if (head.rejected !== undefined) return `${release} was rejected, and is ending.`;
  if (head.cancelled !== undefined) return `${release} was cancelled, and is ${inWords(head)}.`;
  if (!isHalted(head)) return undefined;
  const because = failure === undefined ? '.' : `: ${failure.reason}`;
  return `${release} was stopped, and is ${inWords(head)}${because}`;
}

function inWords({ status }: ReleaseHead): string {
  return status === 'RollingBack' ? 'being rolled back' : 'ending';
}
