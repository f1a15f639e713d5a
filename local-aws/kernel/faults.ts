import { AwsError } from './errors.ts';
import type { Caller } from './principal.ts';

/** Which call a fault is for. What is left out matches anything. */
export interface CallMatch {
  /** The signing name, e.g. `states`. */
  readonly service?: string;
  readonly operation?: string;
  readonly account?: string;
  readonly region?: string;
  /** Looks at the call's input. */
  readonly input?: (input: unknown) => boolean;
  /** The name of the role the caller acts as. */
  readonly role?: string;
  /** Looks at who makes the call. */
  readonly caller?: (caller: Caller) => boolean;
  /** The n-th matching call, counted from 1; 1 when left out. */
  readonly nth?: number;
  /** How many calls in a row, from the n-th; 1 when left out. */
  readonly times?: number;
}

export type CallFault =
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  | { readonly kind: 'throttle' }
  /** A read is answered as the same read was the time before: what AWS calls eventually consistent. */
  | { readonly kind: 'stale' }
  /** The call is answered this much engine time later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Kills the function that makes the call, before or after the call took effect. */
  | { readonly kind: 'kill'; readonly when: 'before' | 'after' };

/** Which event a fault is for. */
export interface EventMatch {
  readonly source?: string;
  readonly detailType?: string;
  readonly account?: string;
  /** The name of the bus it comes to, also from another bus; its first bus, whichever that is, when left out. */
  readonly bus?: string;
  readonly detail?: (detail: unknown) => boolean;
  readonly nth?: number;
  readonly times?: number;
}

export type EventFault =
  | { readonly kind: 'lose' }
  | { readonly kind: 'double' }
  | { readonly kind: 'delay'; readonly milliseconds: number };

interface Planned<M, F> {
  readonly name: string;
  readonly match: M & { readonly nth?: number; readonly times?: number };
  readonly fault: F;
  seen: number;
  happened: number;
}

/** A call on its way, as faults see it. */
export interface FaultableCall {
  readonly service: string;
  readonly operation: string;
  readonly caller: Caller;
  readonly input: unknown;
}

/** An event on its way, as faults see it. */
export interface FaultableEvent {
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  /** The name of the bus it comes to. */
  readonly bus: string;
  /** From another bus. */
  readonly forwarded: boolean;
  readonly detail: unknown;
}

/** The faults a test or scenario asked for, and whether each happened. */
export class Faults {
  private readonly calls: Planned<CallMatch, CallFault>[] = [];
  private readonly events: Planned<EventMatch, EventFault>[] = [];

  /** Asks for a fault at a call. */
  atCall(name: string, match: CallMatch, fault: CallFault): void {
    this.calls.push({ name, match, fault, seen: 0, happened: 0 });
  }

  /** Asks for a fault at an event on its way to the buses' rules. */
  atEvent(name: string, match: EventMatch, fault: EventFault): void {
    this.events.push({ name, match, fault, seen: 0, happened: 0 });
  }

  /** The fault that this call meets, if any; counts as happened. */
  takeCall(call: FaultableCall): CallFault | undefined {
    const { principal } = call.caller;
    return take(
      this.calls,
      (match) =>
        is(match.service, call.service) &&
        is(match.operation, call.operation) &&
        is(match.account, call.caller.account) &&
        is(match.region, call.caller.region) &&
        (match.role === undefined || (principal.type === 'assumedRole' && principal.roleName === match.role)) &&
        (match.caller?.(call.caller) ?? true) &&
        (match.input?.(call.input) ?? true),
    );
  }

  /** Whether a later call like this one may be answered as this one is. */
  mayBeStale({ service, operation }: FaultableCall): boolean {
    return this.calls.some(
      ({ match, fault }) => fault.kind === 'stale' && is(match.service, service) && is(match.operation, operation),
    );
  }

  /** The fault that this event meets, if any; counts as happened. */
  takeEvent(event: FaultableEvent): EventFault | undefined {
    return take(
      this.events,
      (match) =>
        is(match.source, event.source) &&
        is(match.detailType, event.detailType) &&
        is(match.account, event.account) &&
        (match.bus === undefined ? !event.forwarded : match.bus === event.bus) &&
        (match.detail?.(event.detail) ?? true),
    );
  }

  /** The names of the faults that were asked for and never happened. */
  unused(): string[] {
    return [...this.calls, ...this.events].filter(({ happened }) => happened === 0).map(({ name }) => name);
  }

  /** @throws Error naming every fault that was asked for and never happened. */
  assertAllHappened(): void {
    const unused = this.unused();
    if (unused.length > 0) throw new Error(`Faults asked for that never happened: ${unused.join(', ')}`);
  }

  clear(): void {
    this.calls.length = 0;
    this.events.length = 0;
  }
}

function is(expected: string | undefined, actual: string): boolean {
  return expected === undefined || expected === actual;
}

function take<M, F>(planned: Planned<M, F>[], matches: (match: M) => boolean): F | undefined {
  let met: F | undefined;
  for (const plan of planned) {
    if (!matches(plan.match)) continue;
    plan.seen += 1;
    const first = plan.match.nth ?? 1;
    if (met !== undefined || plan.seen < first || plan.seen >= first + (plan.match.times ?? 1)) continue;
    plan.happened += 1;
    met = plan.fault;
  }
  return met;
}

/** The error a fault answers with, or nothing where the fault is of another kind. */
export function errorOf(fault: CallFault): AwsError | undefined {
  if (fault.kind === 'error')
    return new AwsError(fault.code, fault.message ?? `Injected: ${fault.code}`, fault.status ?? 400);
  if (fault.kind === 'throttle') return new AwsError('ThrottlingException', 'Rate exceeded', 400);
  return undefined;
}
