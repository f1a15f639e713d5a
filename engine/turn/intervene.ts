import { NotInLedger } from '../../core/contract/errors.ts';
import { interventionItem, type InterventionItem } from '../../core/ledger/items.ts';
import { environmentPartition, interventionKey, interventionPrefix } from '../../core/ledger/keys.ts';
import type { Person } from '../../core/policy/policy.ts';
import type { Intervention } from '../../core/turn/interventions.ts';
import type { Queue } from '../../core/turn/queue.ts';
import type { TurnPlace } from '../../core/turn/turn-writes.ts';
import { serviceName } from '../../core/values/identifiers.ts';
import { cutText } from '../../core/values/text.ts';
import { parseItem, readAll } from '../ledger/read.ts';
import { retryOnConflict } from '../ledger/update-release.ts';
import type { AnswerContext } from '../waits/waits.ts';
import { passTurn, readQueue } from './pass-on.ts';

/** What may come twice: the intervention's id is made from it, and it was done at no earlier time. */
export interface Repeatable {
  readonly id: string;
  readonly notBefore: string;
}

/**
 * Carries out what was decided, in one transaction, and passes the turn on.
 * @param repeatable done already, it is not done again, whatever happened since: the answer is the one of then
 */
export async function intervene(
  { ledger, answers, invocation }: AnswerContext,
  place: TurnPlace,
  decide: (queue: Queue) => Intervention | Promise<Intervention>,
  repeatable?: Repeatable,
): Promise<InterventionItem> {
  const item = await retryOnConflict(invocation, async () => {
    const done = repeatable === undefined ? undefined : await findDone(ledger, place, repeatable);
    if (done !== undefined) return done;
    const decided = await decide(await readQueue(ledger, place));
    return (await ledger.write(decided.writes)) === 'already' ? undefined : decided.item;
  });
  invocation.log.info(`${place.service} in ${place.environment}: ${item.kind}`, { by: item.by });
  await passTurn({ ledger, answers, invocation }, place);
  return item;
}

async function findDone(
  ledger: AnswerContext['ledger'],
  { service, environment }: TurnPlace,
  { id, notBefore }: Repeatable,
): Promise<InterventionItem | undefined> {
  const after = interventionKey(service, environment, notBefore, '');
  const items = await readAll(ledger, environmentPartition(service, environment), interventionPrefix, after);
  const done = items.find(({ sk }) => String(sk).endsWith(`#${id}`));
  return done === undefined ? undefined : parseItem(interventionItem, done);
}

/** The people who may act on an environment. @param people undefined where the policy has no such environment @throws NotInLedger */
export function requireEnvironment(
  { service, environment }: TurnPlace,
  people: readonly Person[] | undefined,
): readonly Person[] {
  // A pattern such as "*" fits what is no name of a service, too.
  if (people !== undefined && serviceName.safeParse(service).success) return people;
  throw new NotInLedger(`The policy has no service "${cutText(service, 60)}" with this environment.`, {
    environment: cutText(environment, 60),
  });
}
