import { HoldRefused, NotQuarantined } from '../contract/errors.ts';
import type { Queue } from './queue.ts';
import type { HoldItem, InterventionItem } from '../ledger/items.ts';
import { holdKey, interventionKey, quarantineKey } from '../ledger/keys.ts';
import { freeTurn, type TurnPlace } from './turn-writes.ts';
import { equals, isAbsent } from '../ledger/write-intent.ts';
import type { WriteIntent } from '../ledger/write-intent.ts';

/** Who acts on an environment, when and why. */
export interface Intervener {
  /** E-mail address. */
  readonly by: string;
  readonly principal: string;
  readonly at: string;
  readonly reason: string;
  /** Distinguishes two interventions at the same time. */
  readonly id: string;
}

/** What an intervention writes, in one transaction, and its permanent row in the ledger. */
export interface Intervention {
  readonly item: InterventionItem;
  readonly writes: readonly WriteIntent[];
}

type Standing = Pick<Queue, 'turn' | 'hold' | 'quarantine'>;

/**
 * Clears an environment that was repaired: deletes the quarantine and frees the turn of the release that left it unclean; the
 * fencing number is kept, so that the next holder gets a new one. Then pass the turn on. @throws NotQuarantined
 */
export function clearQuarantine(place: TurnPlace, { turn, quarantine }: Standing, who: Intervener): Intervention {
  const { service, environment } = place;
  if (quarantine === undefined) {
    throw new NotQuarantined(`${service} is not quarantined in ${environment}: there is nothing to clear.`, {
      environment,
    });
  }
  const held = turn?.holder === quarantine.release ? freeTurn(place, turn, quarantine.release) : [];
  return intervene(place, { kind: 'cleared', ...describeIntervener(who), quarantine }, who, [
    {
      write: 'delete',
      key: quarantineKey(service, environment),
      condition: equals('release', quarantine.release),
      lost: 'TurnMoved',
    },
    ...held,
  ]);
}

/** Locks an environment: no release starts there until the hold is released. Its owner may change the reason. @throws HoldRefused */
export function holdEnvironment(place: TurnPlace, { hold }: Standing, who: Intervener): Intervention {
  const { service, environment } = place;
  if (hold !== undefined && hold.owner !== who.by) {
    throw new HoldRefused(`${service} in ${environment} is already held by ${hold.owner}: ${hold.reason}`, {
      environment,
    });
  }
  const item: HoldItem = { owner: who.by, reason: who.reason, since: who.at };
  return intervene(place, { kind: 'held', ...describeIntervener(who) }, who, [
    {
      write: 'put',
      item: { ...holdKey(service, environment), ...item },
      condition: hold === undefined ? isAbsent : equals('since', hold.since),
      lost: 'TurnMoved',
    },
  ]);
}

/** Releases a hold, whether or not the person owns it. Then pass the turn on. @throws HoldRefused */
export function releaseHold(place: TurnPlace, { hold }: Standing, who: Intervener): Intervention {
  const { service, environment } = place;
  if (hold === undefined)
    throw new HoldRefused(`${service} in ${environment} is not held: there is nothing to release.`, { environment });
  return intervene(place, { kind: 'holdReleased', ...describeIntervener(who), hold }, who, [
    {
      write: 'delete',
      key: holdKey(service, environment),
      condition: equals('since', hold.since),
      lost: 'TurnMoved',
    },
  ]);
}

function describeIntervener({ by, principal, at, reason }: Intervener): Omit<Intervener, 'id'> {
  return { by, principal, at, reason };
}

function intervene(
  { service, environment }: TurnPlace,
  item: InterventionItem,
  { at, id }: Intervener,
  writes: readonly WriteIntent[],
): Intervention {
  const row: WriteIntent = {
    write: 'put',
    item: { ...interventionKey(service, environment, at, id), ...item },
    condition: isAbsent,
    lost: 'AlreadyDone',
  };
  return { item, writes: [row, ...writes] };
}
