import { type InterventionItem, waiterItem, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { releasePartition, waiterKey, waitPrefix } from '../../core/ledger/keys.ts';
import { overrideWindow } from '../../core/turn/interventions.ts';
import type { TurnPlace } from '../../core/turn/turn-writes.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { parseItem, readAll, readItem } from '../../engine/ledger/read.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { passTurn } from '../../engine/turn/pass-on.ts';
import { answerWait, success } from '../../engine/waits/waits.ts';
import type { Acting } from './actors.ts';
import type { DecideServices } from './services.ts';

/**
 * Lets a release in although a window is closed: the person's row and the transition are one transaction; then it takes its turn, or
 * what waits in its targets is answered. What a crash leaves unanswered the reconciler answers.
 * @throws NotInLedger, DecisionRefused, WindowOverrideRefused
 */
export async function overrideClosedWindow(
  services: DecideServices,
  invocation: InvocationContext,
  place: TurnPlace,
  release: string,
  acting: Acting,
): Promise<InterventionItem> {
  const { ledger, schedule } = services;
  const { service, environment } = place;
  const writing = { ...services, invocation };
  const { result } = await updateRelease(writing, release, async (head) => {
    const [waiter, waits] = await Promise.all([
      readItem(ledger, waiterKey(service, environment, release), waiterItem),
      waitsForWindow(ledger, release, environment),
    ]);
    const { item, events, writes } = acting((who) => overrideWindow(place, { head, waiter, waits }, who));
    // The reconciler may rest until the window opens; what this starts needs it every minute. Before, because a crash would leave it
    // at rest; and after, because it may have come to rest once more in between.
    await schedule.enable();
    return { result: { item, waits }, events, writes };
  });
  const { item, waits } = result;
  await schedule.enable();
  invocation.log.info(`${release} in ${environment}: ${item.kind}`, { by: item.by });
  await passTurn(writing, place);
  for (const wait of waits) await answerWait(writing, wait, () => ({ result: success() }));
  return item;
}

async function waitsForWindow(ledger: Ledger, release: string, environment: string): Promise<WaitItem[]> {
  const items = await readAll(ledger, releasePartition(release), waitPrefix);
  return items
    .map((item) => parseItem(waitItem, item))
    .filter((wait) => wait.task === 'waitForWindow' && wait.environment === environment);
}
