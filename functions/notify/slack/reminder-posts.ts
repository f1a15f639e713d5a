import { localTime, plainText } from '../../../core/notify/mrkdwn.ts';
import type { EventOf, ReleaseEvent } from '../../../core/release/events.ts';
import { section } from '../../../adapters/slack/blocks.ts';
import type { DesiredPost } from './desired-post.ts';
import type { AskedApproval, ReleaseView } from './view.ts';

/** Answers to the message that asks for an approval: it mentions those who have not decided, which that message does not once it is changed. */
export function reminderPosts(asked: AskedApproval, { events }: Pick<ReleaseView, 'events'>): DesiredPost[] {
  if (asked.standing !== 'open') return [];
  return events.flatMap((event) => {
    if (!isReminder(event) || event.evidence.approval !== asked.approval.approval) return [];
    const text = reminderLine(asked, event.evidence.people);
    const message = { text, blocks: [section([text])] };
    const thread = `approval-${asked.approval.approval}`;
    return [{ name: `reminder-${event.sequence}`, thread, message: () => message }];
  });
}

function isReminder(event: ReleaseEvent): event is ReleaseEvent & EventOf<'approvalReminded'> {
  return event.type === 'approvalReminded';
}

/** People that one message mentions; everybody has a mail besides. */
const MENTIONED = 20;

function reminderLine({ approval }: AskedApproval, emails: readonly string[]): string {
  const people = approval.people.filter(({ email }) => emails.includes(email));
  const named = people
    .slice(0, MENTIONED)
    .map(({ slack, name }) => (slack === undefined ? plainText(name, 100) : `<@${slack}>`));
  const more = people.length > named.length ? [`${people.length - named.length} more`] : [];
  return `:bell: Still to be decided, before ${localTime(approval.deadline)}: ${[...named, ...more].join(', ')}`;
}
