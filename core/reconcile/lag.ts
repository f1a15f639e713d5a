import type { WaitItem } from '../ledger/items.ts';
import type { MessageItem } from '../notify/outbox.ts';
import { secondsBetween } from '../values/duration.ts';

/** What a run of the reconciler found. */
export interface Found {
  readonly waits: readonly WaitItem[];
  readonly messages: readonly MessageItem[];
  /** Since when something could not be looked after, for each such thing. */
  readonly troubles: readonly string[];
}

/**
 * How long ago the oldest thing was due that a run found, in seconds: the end of a wait, the opening of a window, a reminder, a message,
 * or what could not be looked after. A run a minute finds it within that minute; 0 where nothing was due.
 */
export function reconcilerLag({ waits, messages, troubles }: Found, now: string): number {
  const due = [...waits.flatMap(dueTimes), ...messages.flatMap(dueTime), ...troubles];
  return Math.max(0, ...due.map((at) => secondsBetween(at, now)));
}

/** One that has its answer is due no more. */
function dueTimes({ answer, deadline, closedUntil, remindAt }: WaitItem): string[] {
  return answer === undefined ? [deadline, closedUntil, remindAt].flatMap((at) => at ?? []) : [];
}

function dueTime({ pending, notBefore }: MessageItem): string[] {
  return pending.length === 0 ? [] : [notBefore];
}
