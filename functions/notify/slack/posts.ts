import { whyNot } from '../../../core/approval/decision.ts';
import type { Pages } from '../../../engine/slack/details.ts';
import { approvalPost } from './approval-post.ts';
import type { DesiredPost } from './desired-post.ts';
import { reminderPosts } from './reminder-posts.ts';
import { threadPosts } from './thread-posts.ts';
import type { AskedApproval, ReleaseView } from './view.ts';

/** All that a channel, or a person, has to have of a release. @param to id of the channel or user */
export function desiredPosts(to: string, view: ReleaseView, pages: Pages): DesiredPost[] {
  const told = view.plan.notify.slack?.channel === to ? threadPosts(view, pages) : [];
  const asked = view.approvals
    .filter((one) => isAskedOf(one, to))
    .flatMap((one): DesiredPost[] => [
      { name: `approval-${one.approval.approval}`, message: () => approvalPost(one, view, pages) },
      ...reminderPosts(one, view),
    ]);
  return [...told, ...asked];
}

function isAskedOf({ approval }: AskedApproval, to: string): boolean {
  if (approval.slack.channel === to) return true;
  const person = approval.slack.direct ? approval.people.find(({ slack }) => slack === to) : undefined;
  return person !== undefined && whyNot(approval, person).decline === undefined;
}

/** Every channel and person that may have to be told of a release. */
export function slackAddresses({ notify, environments }: ReleaseView['plan']): string[] {
  if (notify.slack === undefined) return [];
  const asked = environments.flatMap(({ slack, approval, inconclusive }) => {
    if (slack === undefined) return [];
    const people = slack.direct ? [...(approval?.people ?? []), ...(inconclusive?.people ?? [])] : [];
    return [slack.channel, ...people.flatMap((person) => person.slack ?? [])];
  });
  return [...new Set([notify.slack.channel, ...asked])];
}
