import * as z from 'zod';
import { secondsBetween } from '../values/duration.ts';
import { instant } from '../values/identifiers.ts';
import { ownMember } from '../values/records.ts';
import type { MessageItem, Recipient } from './outbox.ts';

/** Somebody who has not got a message, after at least one attempt. */
export const unreachedSchema = z.strictObject({
  /** An e-mail address, `page`: the person on call, `bus`: the event bus, or `slack:` and the channel or user. */
  to: z.string(),
  about: z.enum(['end', 'rejected', 'approval', 'reminder', 'told', 'trouble', 'progress', 'events']),
  problem: z.string(),
  attempts: z.int(),
  /** Absent when it is given up. */
  nextAttemptAt: instant.exactOptional(),
});
export type Unreached = z.infer<typeof unreachedSchema>;

/** Whom the messages about a release have not reached so far. */
export function unreached(messages: readonly MessageItem[]): Unreached[] {
  return messages.flatMap((message) => [
    ...(message.undelivered ?? []).flatMap((one) => failedAttempt(message, one)),
    ...message.pending.flatMap((one) =>
      failedAttempt(message, one).map((failed) => ({ ...failed, nextAttemptAt: message.notBefore })),
    ),
  ]);
}

/** A message that is due this long, and that nobody has tried to deliver, was forgotten. */
const FORGOTTEN_SECONDS = 120;

/** How many recipients the messages have not reached that still have to: after an attempt that failed, or where none was made in time. */
export function countUndelivered(messages: readonly MessageItem[], now: string): number {
  return messages
    .map(({ pending, attempts, notBefore }) => {
      const isForgotten = attempts === 0 && secondsBetween(notBefore, now) > FORGOTTEN_SECONDS;
      return isForgotten ? pending.length : pending.filter(({ problem }) => problem !== undefined).length;
    })
    .reduce((sum, count) => sum + count, 0);
}

/** In a sentence. */
export function describeUnreached({ to, about, problem, attempts, nextAttemptAt }: Unreached): string {
  const named = { page: 'The person on call', bus: 'The event bus' };
  const who = ownMember(named, to) ?? to.replace(/^slack:/, 'Slack ').replace('slack', 'Slack');
  const what = {
    end: 'of the end',
    rejected: 'of the rejection',
    told: 'how the approval stands',
    approval: 'of the approval',
    reminder: 'once more of the approval',
    trouble: 'of a trouble',
    progress: 'how the release stands',
    events: 'of transitions',
  }[about];
  const next = nextAttemptAt === undefined ? 'Given up' : `Next attempt at ${nextAttemptAt}`;
  return `${who} could not be told ${what} in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${problem} ${next}.`;
}

function failedAttempt({ about, attempts }: MessageItem, { to, problem }: Recipient): Unreached[] {
  return problem === undefined ? [] : [{ to: to.replace(/^mail:/, ''), about: about.kind, problem, attempts }];
}
