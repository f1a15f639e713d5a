import { decideNextLook, type NextLook } from '../../core/reconcile/open-work.ts';
import { type Found, reconcilerLag } from '../../core/reconcile/lag.ts';
import type { ReleaseStatus } from '../../core/release/status.ts';
import { isDue } from '../../core/notify/outbox.ts';
import { countUndelivered } from '../../core/notify/unreached.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { findLostUploads } from './lost-uploads.ts';
import { keepDigests } from './keep-digests.ts';
import {
  hasOpenWork,
  hasUndigested,
  openMessagesOf,
  openReleasesOf,
  openWaitsOf,
  releasesBehind,
} from './open-work.ts';
import { reconcileRelease } from './reconcile-release.ts';
import { reconcileWait } from './reconcile-wait.ts';
import { sideBySide } from './side-by-side.ts';
import { lookAfter } from './trouble.ts';
import type { WakeServices } from './services.ts';
import { orderSlice } from './order-slice.ts';

/** What releases are as long as nothing but time can be waited for. */
const atRest: readonly ReleaseStatus[] = ['Monitoring', 'AwaitingWindow'];

/** How long an index may lag behind the table, generously. */
const indexLagMilliseconds = 1000;

/**
 * Finds what was lost: releases whose execution ended without an end in the ledger, waits whose event never came, answers and
 * messages that were never sent, uploads that were never received. Each by itself: what fails is recorded, told when it lasts, and
 * tried again a minute later. Lists what has ended in a digest. Disables its schedule when nothing is open, and pauses it while releases are only monitored, or wait for a window.
 */
export async function reconcile(services: WakeServices, invocation: InvocationContext): Promise<void> {
  const begun = invocation.now();
  const releases = await openReleasesOf(services.ledger, invocation);
  const ofReleases = await sideBySide(releases, (head) =>
    lookAfter(services, invocation, { release: head.release, what: 'release' }, (own) =>
      reconcileRelease(services, own, head),
    ),
  );
  // Read after the releases: the waits of one that was just ended are closed at once.
  const waits = await openWaitsOf(services.ledger, invocation);
  const ofWaits = await sideBySide(waits, (wait) =>
    lookAfter(services, invocation, { ...wait, what: wait.wait }, async (own) => {
      await reconcileWait(services, own, wait);
      await orderSlice(services, own, wait);
    }),
  );
  const messages = await openMessagesOf(services.ledger, invocation);
  measureRun(
    invocation,
    { waits, messages, troubles: [...ofReleases, ...ofWaits].flatMap((since) => since ?? []) },
    begun,
  );
  const due = messages.filter((one) => isDue(one, invocation.now()));
  const behind = await releasesBehind(services, releases, messages, invocation);
  await sideBySide([...new Set([...due, ...behind].map(({ release }) => release))], (release) =>
    lookAfter(services, invocation, { release, what: 'messages' }, () => services.notifier.deliver(release)),
  );
  // A bucket that takes or lists nothing is the engine's own trouble: it keeps no release waiting, and fails the run at its end.
  const digests = await settled(keepDigests(services, invocation));
  await restWhenNothingIsOpen(services, invocation);
  if (releases.some(({ status }) => atRest.includes(status))) await restForLong(services, invocation);
  await findLostUploads(services, invocation);
  digests();
}

/** What the run found, for the alarms on the engine itself. @param begun when the run began, before it did anything about it */
function measureRun(invocation: InvocationContext, found: Found, begun: string): void {
  invocation.measure({ metric: 'ReconcilerLag', value: reconcilerLag(found, begun) });
  invocation.measure({ metric: 'Undelivered', value: countUndelivered(found.messages, begun) });
}

/** Waits for work to end. @returns what throws the problem that it ended with, if any */
async function settled(work: Promise<void>): Promise<() => void> {
  const [result] = await Promise.allSettled([work]);
  return () => {
    if (result.status === 'rejected') throw result.reason;
  };
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

/** The same for releases that are monitored for hours, or wait for a window: the second read finds what started meanwhile. */
async function restForLong(services: WakeServices, invocation: InvocationContext): Promise<void> {
  const { schedule } = services;
  const next = await nextLook(services, invocation);
  if (next.look !== 'at') return;
  await schedule.restUntil(next.at);
  await invocation.pause(indexLagMilliseconds);
  if ((await nextLook(services, invocation)).look !== 'at') await schedule.enable();
}

async function nextLook(services: WakeServices, invocation: InvocationContext): Promise<NextLook> {
  const { ledger } = services;
  const [releases, waits, messages, undigested] = await Promise.all([
    openReleasesOf(ledger, invocation),
    openWaitsOf(ledger, invocation),
    openMessagesOf(ledger, invocation),
    hasUndigested(ledger),
  ]);
  const behind = await releasesBehind(services, releases, messages, invocation);
  const writing = messages.length + behind.length + (undigested ? 1 : 0);
  return decideNextLook({ releases, waits, writing }, invocation.now());
}
