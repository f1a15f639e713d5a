import { type InterventionItem, waiterItem, waitItem } from '../../core/ledger/items.ts';
import { releasePartition, waiterKey, waitPrefix } from '../../core/ledger/keys.ts';
import { type Intervener, overrideWindow } from '../../core/turn/interventions.ts';
import type { TurnPlace } from '../../core/turn/turn-writes.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseItem, readAll, readItem } from '../../engine/ledger/read.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { passTurn } from '../../engine/turn/pass-on.ts';
import { answerWait, success } from '../../engine/waits/waits.ts';
import type { DecideServices } from './services.ts';

/**
 * Lets a release in although a window is closed: the person's row and the transition are one transaction; then it takes its turn, or
 * what waits in its targets is answered. What a crash leaves unanswered the reconciler answers.
 * @throws NotInLedger, WindowOverrideRefused
 */
export async function overrideClosedWindow(
  services: DecideServices,
  invocation: InvocationContext,
  place: TurnPlace,
  release: string,
  who: Intervener,
): Promise<InterventionItem> {
  const { ledger } = services;
  const { service, environment } = place;
  const writing = { ...services, invocation };
  const { result: item } = await updateRelease(writing, release, async (head) => {
    const waiter = await readItem(ledger, waiterKey(service, environment, release), waiterItem);
    const { item: made, events, writes } = overrideWindow(place, { head, waiter }, who);
    return { result: made, events, writes };
  });
  invocation.log.info(`${release} in ${environment}: ${item.kind}`, { by: item.by });
  await passTurn(writing, place);
  for (const found of await readAll(ledger, releasePartition(release), waitPrefix)) {
    const wait = parseItem(waitItem, found);
    if (wait.task === 'waitForWindow' && wait.environment === environment)
      await answerWait(writing, wait, () => ({ result: success() }));
  }
  return item;
}
