import type { InterventionItem, WaitItem } from '../../core/ledger/items.ts';
import { waitItem } from '../../core/ledger/items.ts';
import { releasePartition, waitPrefix } from '../../core/ledger/keys.ts';
import { overrideAlarms } from '../../core/turn/interventions.ts';
import type { TurnPlace } from '../../core/turn/turn-writes.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseItem, readAll, readEvents } from '../../engine/ledger/read.ts';
import { answerWait, success } from '../../engine/waits/waits.ts';
import type { Acting } from './actors.ts';
import type { DecideServices } from './services.ts';

/**
 * Lets a release in although alarms are firing: the person's row and the transition are one transaction; then whatever waits for
 * these alarms is answered. What a crash leaves unanswered the reconciler answers.
 * @throws NotInLedger, DecisionRefused, RepairRefused
 */
export async function letIn(
  services: DecideServices,
  invocation: InvocationContext,
  place: TurnPlace,
  release: string,
  acting: Acting,
): Promise<InterventionItem> {
  const writing = { ...services, invocation };
  const { result } = await updateRelease(writing, release, async (head) => {
    const [waits, alarms] = await Promise.all([
      waitsForAlarms(services, release, place.environment),
      firingAlarms(services, release, place.environment),
    ]);
    const { item, events, writes } = acting((who) =>
      overrideAlarms(place, { head, waiting: waits.length, alarms }, who),
    );
    return { result: { item, waits }, events, writes };
  });
  invocation.log.info(`${release} in ${place.environment}: ${result.item.kind}`, { by: result.item.by });
  for (const wait of result.waits) await answerWait(writing, wait, () => ({ result: success() }));
  return result.item;
}

async function waitsForAlarms({ ledger }: DecideServices, release: string, environment: string): Promise<WaitItem[]> {
  const items = await readAll(ledger, releasePartition(release), waitPrefix);
  return items
    .map((item) => parseItem(waitItem, item))
    .filter((wait) => wait.task === 'waitForAlarmsOk' && wait.environment === environment);
}

/** What the ledger says is firing: of each target, what was told last. */
async function firingAlarms({ ledger }: DecideServices, release: string, environment: string): Promise<string[]> {
  const firing = new Map<string, string[]>();
  for (const event of await readEvents(ledger, release)) {
    if (event.type === 'alarmsOk' && event.environment === environment) firing.delete(event.target ?? '');
    if (event.type !== 'alarmFiring' || event.environment !== environment) continue;
    const { target = '', evidence } = event;
    firing.set(
      target,
      evidence.alarms.map(({ check, sentence }) => `${target} ${check} ${sentence}`.trim()),
    );
  }
  return [...firing.values()].flat();
}
