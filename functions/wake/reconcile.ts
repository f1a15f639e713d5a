import { decideNextLook, type NextLook } from '../../core/reconcile/open-work.ts';
import type { Moment } from '../../engine/handler/handler.ts';
import { hasOpenWork, openNoticesOf, openReleasesOf, openWaitsOf } from './open-work.ts';
import { reconcileRelease } from './reconcile-release.ts';
import { reconcileWait } from './reconcile-wait.ts';
import { tellEnd } from '../../engine/outbox/notify-end.ts';
import type { WakeServices } from './services.ts';
import { watchShift } from './order-slice.ts';

/** How long an index may lag behind the table, generously. */
const indexLagMilliseconds = 1000;

/**
 * Finds what was lost: releases whose execution ended without an end in the ledger, waits whose event never came, answers and
 * notices that were never sent. A problem with one does not stop the others. Disables its schedule when nothing is open, and
 * pauses it while releases are only monitored.
 * @throws the first problem, after everything was looked at
 */
export async function reconcile(services: WakeServices, moment: Moment): Promise<void> {
  const problems: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (problem) {
      moment.log.error('Could not be reconciled', problem);
      problems.push(problem);
    }
  };
  const releases = await openReleasesOf(services.ledger);
  for (const head of releases) {
    await attempt(() => reconcileRelease(services, moment, head));
  }
  // Read after the releases: the waits of one that was just concluded are closed at once.
  for (const wait of await openWaitsOf(services.ledger)) {
    await attempt(() => reconcileWait(services, moment, wait));
    await attempt(() => watchShift(services, moment, wait));
  }
  for (const { release } of await openNoticesOf(services.ledger)) {
    moment.about({ release });
    await attempt(async () => void (await tellEnd({ ...services, moment }, release)));
  }
  moment.about({});
  if (problems.length > 0) throw problems[0];
  await restWhenNothingIsOpen(services, moment);
  if (releases.some(({ status }) => status === 'Armed')) await restWhileArmed(services, moment);
}

/**
 * A release that begins writes its head, then enables the schedule. If it found the schedule enabled still, its head stands
 * in the index before we look again, and we enable it.
 */
async function restWhenNothingIsOpen({ ledger, schedule }: WakeServices, moment: Moment): Promise<void> {
  if (await hasOpenWork(ledger)) return;
  await schedule.disable();
  await moment.pause(indexLagMilliseconds);
  if (await hasOpenWork(ledger)) await schedule.enable();
}

/** The same for releases that wait armed for hours: whatever began meanwhile is seen by the second look. */
async function restWhileArmed({ ledger, schedule }: WakeServices, moment: Moment): Promise<void> {
  const next = await nextLook(ledger, moment.now());
  if (next.look !== 'at') return;
  await schedule.restUntil(next.at);
  await moment.pause(indexLagMilliseconds);
  if ((await nextLook(ledger, moment.now())).look !== 'at') await schedule.enable();
}

async function nextLook(ledger: WakeServices['ledger'], now: string): Promise<NextLook> {
  const [releases, waits, notices] = await Promise.all([
    openReleasesOf(ledger),
    openWaitsOf(ledger),
    openNoticesOf(ledger),
  ]);
  return decideNextLook({ releases, waits, notices: notices.length }, now);
}
