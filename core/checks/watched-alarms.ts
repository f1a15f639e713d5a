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
