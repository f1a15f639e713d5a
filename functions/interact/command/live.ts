import {
  describeEnvironment,
  type EnvironmentDocument,
  type LiveDocument,
} from '../../../core/contract/api/documents.ts';
import { describeLive, describeShares } from '../../../core/contract/api/live.ts';
import { linkTo, localTime, plainText } from '../../../core/notify/mrkdwn.ts';
import { nameTarget } from '../../../core/values/identifiers.ts';
import { readLive } from '../../../engine/ledger/read.ts';
import { readQueue } from '../../../engine/turn/pass-on.ts';
import type { InteractServices } from '../services.ts';
import { environmentsOf } from './known-place.ts';
import type { Sections } from './sections.ts';

/** What serves in each environment of a service, since when, and what keeps releases away. @throws NotInLedger */
export async function answerLive(
  service: string,
  { ledger, policy, apiUrl }: InteractServices,
  now: string,
): Promise<Sections> {
  const environments = environmentsOf(policy, service);
  const [items, ...found] = await Promise.all([
    readLive(ledger, service),
    ...environments.map(async (environment) => {
      const place = { service, environment };
      return describeEnvironment(place, await readQueue(ledger, place), []);
    }),
  ]);
  const live = items.map((item) => describeLive(item, now));
  // What the policy gave it before may serve still.
  const former = [...new Set(live.map(({ environment }) => environment))].filter((one) => !environments.includes(one));
  const title = `What serves of ${linkTo(`${apiUrl}/?service=${service}`, service)}:`;
  return [
    [title],
    ...found.map((one) => [...serving(one.environment, service, live, apiUrl), ...obstacles(one, apiUrl)]),
    ...former.map((environment) => serving(environment, service, live, apiUrl)),
  ];
}

function serving(environment: string, service: string, all: readonly LiveDocument[], apiUrl: string): string[] {
  const name = linkTo(`${apiUrl}/environments/${service}/${environment}`, environment);
  const live = all.filter((one) => one.environment === environment);
  const groups = new Map<string, LiveDocument[]>();
  for (const one of live) {
    const what = `${describeShares(one)} ${one.release ?? ''}`;
    groups.set(what, [...(groups.get(what) ?? []), one]);
  }
  const [only, ...others] = groups.values();
  if (only === undefined) return [`*${name}*: nothing is live`];
  if (others.length === 0) return [`*${name}*: ${describeGroup(only, apiUrl)}`];
  const each = [only, ...others].map((group) => `• ${describeGroup(group, apiUrl)} in ${targetsOf(group)}`);
  return [`*${name}*: :warning: the targets differ`, ...each];
}

/** Targets that serve the same. */
function describeGroup(group: readonly LiveDocument[], apiUrl: string): string {
  const [first] = [...group].sort((a, b) => (a.since < b.since ? -1 : 1));
  if (first === undefined) return '';
  const by = first.release === undefined ? '' : ` by ${linkTo(`${apiUrl}/releases/${first.release}`, first.release)}`;
  return `*${plainText(describeShares(first), 200)}* since ${localTime(first.since)}${by}`;
}

function targetsOf(group: readonly LiveDocument[]): string {
  const names = group.slice(0, 3).map(nameTarget);
  return group.length > names.length ? `${names.join(', ')} and ${group.length - names.length} more` : names.join(', ');
}

function obstacles({ holder, hold, quarantine, waitsFor }: EnvironmentDocument, apiUrl: string): string[] {
  const why = (reason: string): string => plainText(reason, 500);
  return [
    ...(hold === undefined
      ? []
      : [`:lock: held by ${plainText(hold.owner, 100)} since ${localTime(hold.since)}: ${why(hold.reason)}`]),
    ...(quarantine === undefined
      ? []
      : [`:rotating_light: quarantined since ${localTime(quarantine.since)}: ${why(quarantine.reason)}`]),
    ...(holder === undefined ? [] : [`${linkTo(`${apiUrl}/releases/${holder}`, holder)} has the turn`]),
    ...(waitsFor === undefined ? [] : [`The newest waits: ${why(waitsFor)}`]),
  ];
}
