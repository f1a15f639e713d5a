import * as z from 'zod';
import type { ScenarioName } from './service.ts';

/**
 * When a point is there: in every release but a service's first; only in the first traffic shift ever of an account (`fresh`);
 * or only from a service's second shift on (`later`).
 */
const when = z.enum(['always', 'fresh', 'later']).default('always');

/** One thing that goes wrong while a release is under way. */
export const pointSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('call'),
    /** What the function was doing: `deploy prepare`, `wake SUCCESS after shiftStarted`. */
    activity: z.string(),
    service: z.string(),
    operation: z.string(),
    /** What the call is about, where its input says so: `head`, `event:prepared+head+target`. */
    ledgerItems: z.string(),
    /** Which of the calls that are alike, from 1. */
    nth: z.int().min(1),
    fault: z.enum(['kill before', 'kill after', 'kill before or after']),
    when,
  }),
  z.object({
    kind: z.literal('event'),
    source: z.string(),
    detailType: z.string(),
    /** Of what came to which state: `UPDATE_COMPLETE`. */
    state: z.string(),
    bus: z.string(),
    account: z.string(),
    nth: z.int().min(1),
    fault: z.enum(['lose', 'double']),
    when,
  }),
]);
export type Point = z.infer<typeof pointSchema>;
type CallPoint = Extract<Point, { kind: 'call' }>;
type EventPoint = Extract<Point, { kind: 'event' }>;

/** What several points have in common that differ in number and fault. */
export type PointKind = Omit<CallPoint, 'nth' | 'fault' | 'when'> | Omit<EventPoint, 'nth' | 'fault' | 'when'>;

/** The point without its fault and number: what is alike. */
export function keyOf(point: PointKind): string {
  if (point.kind === 'call') {
    const { activity, service, operation, ledgerItems } = point;
    return `${activity} | ${service}:${operation}${ledgerItems === '' ? '' : ` ${ledgerItems}`}`;
  }
  return `event ${point.source} ${point.state} | bus ${point.bus} of ${point.account}`;
}

/** A name that is the same in every run. */
export function nameOf(scenario: ScenarioName, point: Point): string {
  return `${scenario} | ${keyOf(point)} #${point.nth} | ${point.fault}`;
}

/** How many of the faults that are asked for (before and after every call; lose and double every event) one run stands for. */
export function weightOf(point: Point): number {
  return point.fault === 'kill before or after' ? 2 : 1;
}
