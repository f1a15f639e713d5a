import { decideNextLook, type NextLook } from '../../core/reconcile/open-work.ts';
import { isDue } from '../../core/notify/outbox.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { hasOpenWork, openMessagesOf, openReleasesOf, openWaitsOf } from './open-work.ts';
import { reconcileRelease } from './reconcile-release.ts';
import { reconcileWait } from './reconcile-wait.ts';
import type { WakeServices } from './services.ts';
import { orderSlice } from './order-slice.ts';

/** How long an index may lag behind the table, generously. */
const indexLagMilliseconds = 1000;

/**
 * Finds what was lost: releases whose execution ended without an end in the ledger, waits whose event never came, answers and
 * messages that were never sent. A problem with one does not stop the others. Disables its schedule when nothing is open, and
 * pauses it while releases are only monitored.
 * @throws the first problem, after everything was processed
 */
export async function reconcile(services: WakeServices, invocation: InvocationContext): Promise<void> {
  const problems: unknown[] = [];
  const note = (problem: unknown): void => {
    invocation.log.error('Could not be reconciled', problem);
    problems.push(problem);
  };
  const attempt = (work: () => Promise<void>): Promise<void> => work().catch(note);
  const releases = await openReleasesOf(services.ledger, note);
  for (const head of releases) {
    await attempt(() => reconcileRelease(services, invocation, head));
  }
  // Read after the releases: the waits of one that was just ended are closed at once.
  for (const wait of await openWaitsOf(services.ledger, note)) {
    await attempt(() => reconcileWait(services, invocation, wait));
    await attempt(() => orderSlice(services, invocation, wait));
  }
  const due = (await openMessagesOf(services.ledger, note)).filter((message) => isDue(message, invocation.now()));
  for (const release of new Set(due.map((message) => message.release))) {
    invocation.about({ release });
    await attempt(() => services.notifier.deliver(release));
  }
  invocation.about({});
  if (problems.length > 0) throw problems[0];
  await restWhenNothingIsOpen(services, invocation);
  if (releases.some(({ status }) => status === 'Monitoring')) await restWhileMonitoring(services, invocation);
}

/**
 * A release that starts writes its head, then enables the schedule. If the schedule was still enabled then, the head is in the
 * index before the second read here, which enables it again.
 */
async function restWhenNothingIsOpen({ ledger, schedule }: WakeServices, invocation: InvocationContext): Promise<void> {
  if (await hasOpenWork(ledger)) return;
  await schedule.disable();
  await invocation.pause(indexLagMilliseconds);
  if (await hasOpenWork(ledger)) await schedule.enable();
}

/** The same for releases that are monitored for hours: the second read finds what started meanwhile. */
async function restWhileMonitoring({ ledger, schedule }: WakeServices, invocation: InvocationContext): Promise<void> {
  const next = await nextLook(ledger, invocation.now());
  if (next.look !== 'at') return;
  await schedule.restUntil(next.at);
  await invocation.pause(indexLagMilliseconds);
  if ((await nextLook(ledger, invocation.now())).look !== 'at') await schedule.enable();
}

async function nextLook(ledger: WakeServices['ledger'], now: string): Promise<NextLook> {
  const [releases, waits, messages] = await Promise.all([
    openReleasesOf(ledger),
    openWaitsOf(ledger),
    openMessagesOf(ledger),
  ]);
  return decideNextLook({ releases, waits, messages: messages.length }, now);
}
