import type { KeyShape } from '../contract/api/cursor.ts';
import {
  dayPartition,
  eventPrefix,
  headKey,
  livePartition,
  openWaits,
  releasePartition,
  servicePartition,
  waitPrefix,
} from './keys.ts';

/** The keys at which the API's lists may continue. */

const any = { begins: '' };
const ofHead = { pk: { begins: releasePartition('') }, sk: { is: headKey('').sk } };

/** Releases of a service. */
export const serviceShapes = (service: string): readonly KeyShape[] => [
  { ...ofHead, gsi1pk: { is: servicePartition(service) }, gsi1sk: any },
];

/** Releases by day: within a day, or at the beginning of one. */
export const dayShapes: readonly KeyShape[] = [
  { ...ofHead, gsi2pk: { begins: dayPartition('') }, gsi2sk: any },
  { gsi2pk: { begins: dayPartition('') } },
];

/** Transitions of a release. */
export const transitionShapes = (release: string): readonly KeyShape[] => [
  { pk: { is: releasePartition(release) }, sk: { begins: eventPrefix } },
];

/** What is live. @param prefix of the index's sort key */
export const liveShapes = (prefix: string): readonly KeyShape[] => [
  { pk: { begins: servicePartition('') }, sk: any, gsi1pk: { is: livePartition }, gsi1sk: { begins: prefix } },
];

/** Open waits. */
export const waitShapes: readonly KeyShape[] = [
  { pk: { begins: releasePartition('') }, sk: { begins: waitPrefix }, gsi3pk: { is: openWaits }, gsi3sk: any },
];

/** Services: behind all that is live of one. */
export const serviceNameShapes: readonly KeyShape[] = [{ gsi1pk: { is: livePartition }, gsi1sk: any }];

/** What served in a target. @param partition its history's */
export const historyShapes = (partition: string): readonly KeyShape[] => [{ pk: { is: partition }, sk: any }];

/** The day of a partition `day#2026-11-20`; undefined for anything else. */
export function dayOf(partition: string): string | undefined {
  const day = partition.slice(dayPartition('').length);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN;
  // `Date.parse` takes 31 February for 3 March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? undefined : day;
}
