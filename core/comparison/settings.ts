import { checkName } from '../checks/schema.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { watchedAlarms } from '../manifest/manifest.ts';
import type { Plan, PlannedEnvironment } from '../release/plan.ts';
import { nameTarget } from '../values/identifiers.ts';
import { spellSeconds } from '../values/duration.ts';
import { isSame, type Places, placesOf } from './differences.ts';

/** A check of one of two releases, or of both and not the same. */
export interface CheckDifference extends Places {
  readonly kind: 'smoke' | 'traffic' | 'alarm';
  readonly name: string;
  readonly difference: 'added' | 'removed' | 'changed';
}

/** Something that manifest or policy decides, in words. */
export interface SettingDifference {
  /** Absent where it is of the release as a whole. */
  readonly environment?: string;
  /** `rollout`, as in the manifest and the policy. */
  readonly setting: string;
  readonly before?: string;
  readonly after?: string;
}

/** Checks that differ, by their names; of one that is in both, where. What is sent and expected may be a secret, and is left out. */
export function compareChecks(before: Manifest, after: Manifest): CheckDifference[] {
  return [
    ...byName('smoke', namedChecks(before.checks?.smoke), namedChecks(after.checks?.smoke)),
    ...byName('traffic', namedChecks(before.checks?.traffic), namedChecks(after.checks?.traffic)),
    ...byName('alarm', alarmsOf(before), alarmsOf(after)),
  ];
}

/** Two of the same name are told apart by their place among those of that name. */
function namedChecks(checks: readonly Parameters<typeof checkName>[0][] = []): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const check of checks) {
    const name = checkName(check);
    let unique = name;
    for (let number = 2; found.has(unique); number += 1) unique = `${name} (${number})`;
    found.set(unique, check);
  }
  return found;
}

function alarmsOf({ alarms = [], guard = [] }: Manifest): Map<string, unknown> {
  return new Map(watchedAlarms(alarms, guard).map((name) => [name, true]));
}

function byName(
  kind: CheckDifference['kind'],
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): CheckDifference[] {
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((name): CheckDifference[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (isSame(was, is)) return [];
    if (was === undefined) return [{ kind, name, difference: 'added', places: [], further: 0 }];
    if (is === undefined) return [{ kind, name, difference: 'removed', places: [], further: 0 }];
    return [{ kind, name, difference: 'changed', ...placesOf(was, is) }];
  });
}

/** What manifest and policy decide otherwise. */
export function compareSettings(before: Plan, after: Plan): SettingDifference[] {
  const names = [...new Set([...after.environments, ...before.environments].map(({ name }) => name))];
  const inPlan = ({ environments }: Plan, name: string): PlannedEnvironment | undefined =>
    environments.find((one) => one.name === name);
  return [
    ...differing(undefined, releaseSettings(before), releaseSettings(after)),
    ...names.flatMap((name) =>
      differing(name, environmentSettings(inPlan(before, name)), environmentSettings(inPlan(after, name))),
    ),
  ];
}

type Settings = Readonly<Record<string, string | undefined>>;

function differing(environment: string | undefined, before: Settings, after: Settings): SettingDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((setting) => {
    const [was, is] = [before[setting], after[setting]];
    if (was === is) return [];
    return [
      {
        ...(environment === undefined ? {} : { environment }),
        setting,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      },
    ];
  });
}

function releaseSettings({ manifest, environments }: Plan): Settings {
  const { template, guard, newUrls, requires, dataChanges } = manifest;
  return {
    environments: environments.map(({ name }) => name).join(', '),
    template,
    guard: list(guard),
    newUrls: list(newUrls),
    requires: list(requires?.map((one) => ('secret' in one ? `secret ${one.secret}` : `parameter ${one.parameter}`))),
    dataChanges: dataChanges === undefined ? undefined : dataChanges.reversible ? 'reversible' : 'not reversible',
  };
}

function environmentSettings(planned: PlannedEnvironment | undefined): Settings {
  if (planned === undefined) return {};
  const { rollout, bakeSeconds, monitorSeconds, approval, onFailure, waves, stackName } = planned;
  return {
    rollout,
    bake: bakeSeconds === 0 ? undefined : spellSeconds(bakeSeconds),
    monitorAfterBake: monitorSeconds === undefined ? undefined : spellSeconds(monitorSeconds),
    approval: approval === undefined ? undefined : `${approval.required} of ${approval.people.length}`,
    onFailure,
    stack: stackName,
    targets: waves.map((wave) => wave.map(nameTarget).join(', ')).join('; then '),
  };
}

function list(values: readonly string[] | undefined): string | undefined {
  return values === undefined || values.length === 0 ? undefined : [...values].sort().join(', ');
}
