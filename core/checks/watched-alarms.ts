import type { FormerRelease } from '../ledger/items.ts';

/** The release that was live before, as far as its alarms go. */
export type FormerAlarms = Pick<FormerRelease, 'release' | 'alarms'>;

/**
 * Alarms that only the release that was live before names: a manifest that leaves one out is judged by it all the same, until it
 * is live itself.
 * @param named the alarms of the manifest, by their logical ids
 */
export function leftOutAlarms(named: readonly string[], former: FormerAlarms | undefined): string[] {
  return (former?.alarms ?? []).filter((name) => !named.includes(name));
}

/** Alarms by which a target is judged. */
export interface AlarmNames {
  /** Of the manifest, by their logical ids. */
  readonly manifest: readonly string[];
  readonly former: FormerAlarms | undefined;
  /** Of the policy, by their names in CloudWatch. */
  readonly policy: readonly string[];
}

/** The names in CloudWatch of all of them, as far as they exist. @param physicalIds of the stack's resources, by their logical ids */
export function watchedNames(
  { manifest, former, policy }: AlarmNames,
  physicalIds: ReadonlyMap<string, string>,
): string[] {
  const ofStack = [...manifest, ...leftOutAlarms(manifest, former)].flatMap((name) => physicalIds.get(name) ?? []);
  return [...new Set([...ofStack, ...policy])];
}

/** Is a target judged by this alarm? @param watched names of its alarms; undefined while they are not known: then any may be one */
export function isWatched(watched: readonly string[] | undefined, alarm: string): boolean {
  return watched === undefined || watched.includes(alarm);
}

/**
 * Most alarms of one deployment group
 * (https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html, "Maximum number of alarms").
 */
const MOST_IN_GROUP = 10;

/**
 * The alarms at which CodeDeploy itself stops: as many as a group takes. The engine watches all of them, and stops the deployment
 * at any other.
 * @param names physical names, the most important first
 */
export function groupAlarms(names: readonly string[]): string[] {
  return [...new Set(names)].slice(0, MOST_IN_GROUP);
}
