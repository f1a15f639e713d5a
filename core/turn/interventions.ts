import { HoldRefused, NotQuarantined, RepairRefused, WindowOverrideRefused } from '../contract/errors.ts';
import type { EventDraft } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { mayFollow } from '../release/transition.ts';
import type { Queue } from './queue.ts';
import type { HoldItem, InterventionItem, WaiterItem, WaitItem } from '../ledger/items.ts';
import { keepClosed, waitId } from '../ledger/waits.ts';
import { holdKey, interventionKey, quarantineKey } from '../ledger/keys.ts';
import { freeTurn, requestTurn, type TurnPlace } from './turn-writes.ts';
import { equals, isAbsent } from '../ledger/write-intent.ts';
import type { WriteIntent } from '../ledger/write-intent.ts';
import { oneLine } from '../values/text.ts';

/** Who acts on an environment, when and why. */
export interface Intervener {
  /** E-mail address. */
  readonly by: string;
  /** ARN of the IAM principal; `slack:<team>/<user>`. */
  readonly principal: string;
  /** How they were identified, where it was not by IAM. */
  readonly via?: 'slack';
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
    throw new HoldRefused(`${service} in ${environment} is already held by ${hold.owner}: ${oneLine(hold.reason)}`, {
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

/** A release that waits for alarms to become OK. */
interface AwaitingAlarm {
  readonly head: ReleaseHead;
  /** How many of its targets wait in this environment. */
  readonly waiting: number;
  /** What is firing, as the ledger tells it. */
  readonly alarms: readonly string[];
}

/**
 * Lets a release in although alarms are firing, because it is what makes them OK. Until it has baked, alarms that have been firing
 * since before do not count against it; one that becomes OK counts again. @throws RepairRefused
 */
export function overrideAlarms(
  place: TurnPlace,
  { head, waiting, alarms }: AwaitingAlarm,
  who: Intervener,
): Intervention & { readonly events: readonly EventDraft[] } {
  const { release } = head;
  const { environment } = place;
  const { by, at, reason, principal } = who;
  const firing = firstOf(alarms);
  const evidence = { alarms: firing, principal };
  const event: EventDraft = { type: 'alarmsOverridden', at, actor: by, environment, reason, evidence };
  const waits = waiting > 0 || (head.status === 'AwaitingAlarm' && head.environment === environment);
  if (head.service !== place.service || !waits || !mayFollow(head, event)) {
    const sentence = `${release} does not wait for an alarm of ${place.service} in ${environment}: there is nothing to let it in by.`;
    throw new RepairRefused(sentence, { release, environment });
  }
  const item: InterventionItem = {
    ...{ kind: 'alarmsOverridden', ...describeIntervener(who), release },
    alarms: firing,
  };
  return { ...intervene(place, item, who, []), events: [event] };
}

/** Alarms that stand in a row of the ledger: the transitions `alarmFiring` name those of each target. */
const MOST_ALARMS = 50;

function firstOf(alarms: readonly string[]): string[] {
  const more = alarms.length > MOST_ALARMS ? [`and ${alarms.length - MOST_ALARMS} more`] : [];
  return [...alarms.slice(0, MOST_ALARMS), ...more];
}

/** A release that a window keeps. */
interface AwaitingWindow {
  readonly head: ReleaseHead;
  /** Its place in the queue; undefined where it has the turn. */
  readonly waiter: WaiterItem | undefined;
  /** What waits for the window in its targets. */
  readonly waits: readonly Pick<WaitItem, 'wait'>[];
}

/**
 * Lets a release in although a window is closed; windows of the environment do not count for it any more. Then pass the turn on, and
 * answer what waits in its targets. @throws WindowOverrideRefused
 */
export function overrideWindow(
  place: TurnPlace,
  { head, waiter, waits }: AwaitingWindow,
  who: Intervener,
): Intervention & { readonly events: readonly EventDraft[] } {
  const { release, service } = head;
  const { environment } = place;
  const { by, at, reason, principal } = who;
  const closed = head.environments[environment]?.closed;
  const told = { type: 'windowOverridden', at, actor: by, environment, reason } as const;
  const events = closed === undefined ? [] : [{ ...told, evidence: { closed, principal } }];
  const legal = service === place.service && events.every((event) => mayFollow(head, event));
  if (closed === undefined || !legal) {
    const sentence = `${release} does not wait for a window of ${place.service} in ${environment}: there is nothing to let it in by.`;
    throw new WindowOverrideRefused(sentence, { release, environment });
  }
  const item: InterventionItem = { kind: 'windowOverridden', ...describeIntervener(who), release, closed };
  // A crash may keep the waits from their answers: then the reconciler must not leave them until the window opens.
  const open = waits.map(({ wait }) => keepClosed(release, wait, undefined));
  const writes = [...(waiter === undefined ? [] : admit(place, waiter)), ...open];
  return { ...intervene(place, item, who, writes), events };
}

/** No window keeps it in the queue any more. */
function admit(place: TurnPlace, waiter: WaiterItem): WriteIntent[] {
  const admitted = { ...waiter };
  delete admitted.windows;
  delete admitted.closed;
  const wait = waitId({ task: 'waitForTurn', environment: place.environment });
  return [...requestTurn(place, admitted), keepClosed(waiter.release, wait, undefined)];
}

/** A person brings a version to an environment, back or for the first time: the row of what people did there. */
export function demandVersion(
  place: TurnPlace,
  kind: 'rolledBack' | 'promoted',
  release: string,
  who: Intervener,
): Intervention {
  return intervene(place, { kind, ...describeIntervener(who), release }, who, []);
}

function describeIntervener({ by, principal, via, at, reason }: Intervener): Omit<Intervener, 'id'> {
  return { by, principal, ...(via === undefined ? {} : { via }), at, reason };
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
