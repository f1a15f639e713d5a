import type { Origin } from '../origin.ts';
import type { ReleaseHead } from '../head.ts';
import { isEnd } from '../status.ts';
import { orderedEnvironments } from '../progress.ts';

/** How a release that people ask for begins, or why it does not. */
export type DemandAnswer = { readonly origin: Origin } | { readonly why: string };

/**
 * The same artifact again, in the environments that the attempt has not passed: those that it has keep what they have. What a rollback
 * was for, its retry is for, too.
 * @param given environments that the policy gives the service, in order
 */
export function retryRelease(head: ReleaseHead, given: readonly string[]): DemandAnswer {
  const { release, status, origin } = head;
  if (!isEnd(status)) return { why: `${release} is still ${status}: cancel it first, or let it end.` };
  if (status === 'Succeeded') return { why: `${release} has succeeded: there is nothing left to try.` };
  if (head.artifact.sha256 === undefined)
    return { why: `${release} could not be read when it was dropped: drop its artifact again.` };
  const left = orderedEnvironments(head)
    .filter(({ phase }) => phase !== 'done')
    .map(({ name }) => name);
  const environments = head.order.length > 0 ? left : [...(origin?.environments ?? given)];
  const hotfix = origin?.hotfix === true ? ({ hotfix: true } as const) : {};
  const kind = origin?.kind === 'rollback' ? 'rollback' : 'retry';
  return { origin: { kind, environments, of: kind === 'rollback' ? (origin?.of ?? release) : release, ...hotfix } };
}
