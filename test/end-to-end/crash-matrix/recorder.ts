import type { LocalAws } from 'local-aws';
import type { Observation } from 'local-aws/observation';
import { isWrite } from '../rules/writes.ts';
import { type Activities, stateIn, ledgerItemsOf } from './activity.ts';
import { type PointKind, keyOf, type Point } from './point.ts';

/**
 * Asked again and again, with nothing but a pause in between: whether the change set is computed, which of the latest deployments
 * is its own. How often depends on how quick the machine is and on how many came before; the second time stands for all later.
 */
const askedAgain = new Set(['cloudformation:DescribeChangeSet', 'codedeploy:GetDeployment']);

/** Writes down every call that a function of the engine makes, and every event that some rule takes on. */
export class PointRecorder {
  private readonly seen: { readonly alike: PointKind; readonly nth: number }[] = [];
  private readonly counts = new Map<string, number>();
  private readonly stop: () => void;

  constructor(
    aws: LocalAws,
    private readonly activities: Activities,
  ) {
    this.stop = aws.kernel.onObservation((one) => {
      const alike = callOf(one, this.activities) ?? eventOf(one);
      if (alike !== undefined) this.add(alike);
    });
  }

  /**
   * Ends the recording. A call that only reads changes nothing: to die before it is to die after it, so one run stands for
   * both, unless each is asked for.
   */
  points({ every }: { readonly every: boolean }): Point[] {
    this.stop();
    return this.seen.flatMap(({ alike, nth }): Point[] => {
      if (alike.kind === 'event')
        return (['lose', 'double'] as const).map((fault) => ({ ...alike, nth, fault, when: 'always' }));
      const faults =
        every || isWrite(alike.operation)
          ? (['kill before', 'kill after'] as const)
          : (['kill before or after'] as const);
      return faults.map((fault) => ({ ...alike, nth, fault, when: 'always' }));
    });
  }

  private add(alike: PointKind): void {
    const key = keyOf(alike);
    const nth = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, nth);
    if (nth > 2 && alike.kind === 'call' && askedAgain.has(`${alike.service}:${alike.operation}`)) return;
    this.seen.push({ alike, nth });
  }
}

function callOf(observation: Observation, activities: Activities): PointKind | undefined {
  if (observation.kind !== 'call') return undefined;
  const { service, operation, caller, input } = observation;
  const activity = activities.of(caller);
  // Logs are written by Lambda itself, when the function has ended.
  if (activity === undefined || service === 'logs') return undefined;
  return { kind: 'call', activity, service, operation, ledgerItems: ledgerItemsOf(service, input) };
}

function eventOf(observation: Observation): PointKind | undefined {
  if (observation.kind !== 'event' || observation.rules.length === 0) return undefined;
  const { source, detailType, detail, bus, account } = observation;
  return { kind: 'event', source, detailType, state: stateIn(detail), bus, account };
}

/** Asks for what a point says; whether it happened, the faults tell. */
export function injectFault(aws: LocalAws, activities: Activities, point: Point, name: string): void {
  const { nth } = point;
  if (point.kind === 'call') {
    const { service, operation, activity, ledgerItems, fault } = point;
    aws.faults.atCall(
      name,
      {
        ...{ service, operation, nth },
        caller: (caller) => activities.of(caller) === activity,
        input: (input) => ledgerItemsOf(service, input) === ledgerItems,
      },
      { kind: 'kill', when: fault === 'kill before' ? 'before' : 'after' },
    );
    return;
  }
  const { source, detailType, state, bus, account, fault } = point;
  aws.faults.atEvent(
    name,
    { source, detailType, bus, account, nth, detail: (detail) => stateIn(detail) === state },
    { kind: fault },
  );
}
