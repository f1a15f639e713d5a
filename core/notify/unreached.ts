import * as z from 'zod';
import { instant } from '../values/identifiers.ts';
import type { MessageItem, Recipient } from './outbox.ts';

/** Somebody who has not got a message, after at least one attempt. */
export const unreachedSchema = z.strictObject({
  /** An e-mail address, `page`: the person on call, or `slack:` and the channel or user. */
  to: z.string(),
  about: z.enum(['end', 'approval', 'reminder', 'trouble', 'progress']),
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

/** In a sentence. */
export function describeUnreached({ to, about, problem, attempts, nextAttemptAt }: Unreached): string {
  const who = to === 'page' ? 'The person on call' : to.replace(/^slack:/, 'Slack ').replace('slack', 'Slack');
  const what = {
    end: 'of the end',
    approval: 'of the approval',
    reminder: 'once more of the approval',
    trouble: 'of a trouble',
    progress: 'how the release stands',
  }[about];
  const next = nextAttemptAt === undefined ? 'Given up' : `Next attempt at ${nextAttemptAt}`;
  return `${who} could not be told ${what} in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${problem} ${next}.`;
}

function failedAttempt({ about, attempts }: MessageItem, { to, problem }: Recipient): Unreached[] {
  return problem === undefined ? [] : [{ to: to.replace(/^mail:/, ''), about: about.kind, problem, attempts }];
}
