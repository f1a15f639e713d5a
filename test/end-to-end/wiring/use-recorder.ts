import type { Observation, SoleGround } from 'local-aws/observation';
import { requestIn, type OwnDecision } from './watchdog.ts';
import type { Grant, Wire } from './wire.ts';

/** What is known of the use of a wire. */
export interface Use {
  /** Parts of the probe that use it, in their order. */
  readonly steps: readonly string[];
  /** What would be refused without it first, by IAM's own decision; undefined where nobody but the deployment uses it. */
  readonly refusal?: string;
}

/** What comes before the first part of the probe. */
export const DEPLOYMENT = 'deployment';

interface Recorded {
  readonly ground: SoleGround;
  /** Part of the probe → what was asked for first. */
  readonly requests: Map<string, string>;
}

/**
 * Listens while the probe plays on the stacks as they are, to know which parts use which wires: in which the functions ran to which
 * variables belong, in which events came that a rule takes on, and in which something was asked for that a grant alone allowed.
 */
export class UseRecorder {
  private readonly recorded = new Map<string, Recorded>();
  /** Name of a function → parts in which it ran. */
  private readonly ran = new Map<string, Set<string>>();
  /** Name of a rule → parts in which an event matched it. */
  private readonly matched = new Map<string, Set<string>>();
  private readonly seen = new Set<string>();
  private step = DEPLOYMENT;

  observe(observation: Observation): void {
    if (observation.kind === 'log') this.addStep(this.ran, observation.group.replace('/aws/lambda/', ''));
    if (observation.kind === 'event') for (const rule of observation.rules) this.addStep(this.matched, rule);
    // The deployment itself has to fail where something is refused in it: nobody else heeds that.
    if (observation.kind === 'decision' && observation.allowed && this.step === DEPLOYMENT)
      this.addAllowed(observation);
  }

  /** Something was allowed that the watchdog would have heeded, had it been refused. */
  addAllowed(decision: OwnDecision): void {
    const request = `${decision.caller.principal.arn} may not ${requestIn(decision)}.`;
    const asked = `${this.step} ${request}`;
    if (this.seen.has(asked)) return;
    this.seen.add(asked);
    for (const ground of decision.soleGrounds()) {
      const key = JSON.stringify(ground);
      const found = this.recorded.get(key) ?? { ground, requests: new Map<string, string>() };
      if (!found.requests.has(this.step)) found.requests.set(this.step, request);
      this.recorded.set(key, found);
    }
  }

  begin(step: string): void {
    this.step = step;
  }

  /** The use of each wire of which it is known. */
  usesOf(wires: readonly Wire[]): Record<string, Use> {
    const found = wires.flatMap(({ name, grant, function: owner, rule }): [string, Use][] => {
      if (rule !== undefined) return [[name, { steps: this.stepsOfRule(rule) }]];
      if (owner !== undefined) return [[name, { steps: [...(this.ran.get(owner) ?? [])] }]];
      return grant === undefined ? [] : [[name, this.useOf(grant)]];
    });
    return Object.fromEntries(found);
  }

  private useOf(grant: Grant): Use {
    const uses = [...this.recorded.values()].filter(({ ground }) => isSole(grant, ground));
    const requests = new Map(uses.flatMap(({ requests: each }) => [...each]));
    const first = [...requests].find(([step]) => step !== DEPLOYMENT)?.[1];
    return { steps: [...requests.keys()], ...(first === undefined ? {} : { refusal: first }) };
  }

  /** CloudFormation calls it by its stack, its logical id, and what makes that unique. */
  private stepsOfRule(id: string): string[] {
    const names = [...this.matched.keys()].filter((name) => name.includes(`-${id}-`));
    return [...new Set(names.flatMap((name) => [...(this.matched.get(name) ?? [])]))];
  }

  private addStep(found: Map<string, Set<string>>, name: string): void {
    const steps = found.get(name) ?? new Set();
    steps.add(this.step);
    found.set(name, steps);
  }
}

/** Whether what goes with the grant is what alone allowed a request. */
export function isSole(grant: Grant, ground: SoleGround): boolean {
  return (
    isGrantor(grant, ground) &&
    grant.statement === ground.statement &&
    isOnly(grant.action, ground.actions) &&
    isOnly(grant.resource, ground.resources)
  );
}

function isGrantor({ kind, holder }: Grant, ground: SoleGround): boolean {
  if (ground.holder.slice(ground.holder.lastIndexOf('/') + 1) !== holder) return false;
  if (ground.kind === 'resource') return kind === 'trust';
  return kind === (ground.inline === undefined ? 'managed' : 'inline');
}

function isOnly(place: number | undefined, places: readonly number[]): boolean {
  return place === undefined || (places.length === 1 && places[0] === place);
}
