import { HistoryEventType } from '@aws-sdk/client-sfn';
import { Aborted, dataLimitExceeded, EvaluationFailure, StateFailure } from './failures.ts';
import { evaluate, evaluateAs, type Bindings } from './expressions.ts';
import type { State } from './grammar.ts';
import type { Details } from './history.ts';
import type { Host } from './host.ts';
import type { Sources } from './jsonpath/select.ts';
import { byteLength, PAYLOAD_LIMIT, type Json } from './json.ts';

/** The variables of the machine, of one branch or of one iteration. Inner scopes see outer ones, never the reverse. */
export class Scope {
  private readonly values = new Map<string, Json>();

  constructor(private readonly outer?: Scope) {}

  assign(variables: Readonly<Record<string, Json>>): void {
    for (const [name, value] of Object.entries(variables)) this.values.set(name, value);
  }

  all(): Readonly<Record<string, Json>> {
    return { ...this.outer?.all(), ...Object.fromEntries(this.values) };
  }
}

/** One line of work through a flow: the whole execution, a branch, an iteration. */
export interface Thread {
  readonly scope: Scope;
  /** Aborted when the execution ends from outside or a sibling branch fails. */
  readonly signal: AbortSignal;
  /** `$states.context.Map`, inside an iteration. */
  readonly map?: Json;
  /** The id of the event that the next one follows. */
  last: number;
  /** The state being worked on. */
  current?: State | undefined;
}

/** What a state leaves behind: its output, where to go, the variables it assigns. */
export interface Step {
  readonly output: Json;
  readonly next: string | undefined;
  readonly assigned?: Readonly<Record<string, Json>> | undefined;
}

interface Extras {
  readonly result?: Json;
  readonly errorOutput?: Json;
  /** Overrides `$states.context.Map`, for an ItemSelector. */
  readonly map?: Json;
}

const EVENTS = new Map<string, HistoryEventType>(Object.entries(HistoryEventType));

/** E.g. TaskStateEntered. Not every state has every event: a Fail state is never exited. */
export function eventOf(state: State, what: 'Entered' | 'Exited' | 'Failed' | 'Aborted'): HistoryEventType {
  const event = EVENTS.get(`${state.Type}State${what}`);
  if (event === undefined) throw new TypeError(`There is no event ${state.Type}State${what}.`);
  return event;
}

/** One visit to a state: what expressions see there, and its events. */
export class Visit {
  retryCount = 0;
  /** `$states.context.Task.Token` */
  token: string | undefined;
  private readonly enteredTime: string;

  constructor(
    readonly host: Host,
    readonly name: string,
    readonly input: Json,
    readonly thread: Thread,
    readonly enteredEvent: number,
  ) {
    this.enteredTime = new Date(host.now()).toISOString();
  }

  /** Records an event of this visit that the next event follows. */
  record(type: HistoryEventType, details: Details = {}): number {
    this.thread.last = this.note(type, details);
    return this.thread.last;
  }

  /** Records an event that no other follows. */
  note(type: HistoryEventType, details: Details = {}, previous = this.thread.last): number {
    this.assertAlive();
    return this.host.record(type, previous, details);
  }

  assertAlive(): void {
    if (this.thread.signal.aborted) throw new Aborted();
  }

  /** @throws StateFailure States.QueryEvaluationError, after recording EvaluationFailed */
  async evaluate(template: Json, location: string, extras: Extras = {}): Promise<Json> {
    return this.recordingFailure(() => evaluate(template, location, this.bindings(extras)));
  }

  async evaluateAs<T extends Json>(
    template: Json,
    location: string,
    expected: string,
    is: (value: Json) => value is T,
  ): Promise<T> {
    return this.recordingFailure(() => evaluateAs(template, location, this.bindings({}), expected, is));
  }

  /** A value that an expression gave but its field cannot use. */
  reject(problem: string, location: string | undefined, previous = this.thread.last): StateFailure {
    const cause = `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredEvent}). ${problem}`;
    const error = 'States.QueryEvaluationError';
    this.thread.last = this.note(
      'EvaluationFailed',
      {
        evaluationFailedEventDetails: {
          error,
          cause,
          state: this.name,
          ...(location === undefined ? {} : { location }),
        },
      },
      previous,
    );
    return new StateFailure(error, cause);
  }

  /** Assign and Output see the same variables: neither sees what the other does. */
  async leave(
    fields: { readonly Assign?: Readonly<Record<string, Json>> | undefined; readonly Output?: Json | undefined },
    next: string | undefined,
    fallback: Json,
    extras: Extras = {},
    at = '',
  ): Promise<Step> {
    const assigned: Record<string, Json> = {};
    for (const [name, template] of Object.entries(fields.Assign ?? {}))
      assigned[name] = await this.evaluate(template, `${at}Assign/${name}`, extras);
    const output = fields.Output === undefined ? fallback : await this.evaluate(fields.Output, `${at}Output`, extras);
    if (byteLength(output) > PAYLOAD_LIMIT || byteLength(assigned) > PAYLOAD_LIMIT) throw dataLimitExceeded(this.name);
    return { output, next, assigned: fields.Assign === undefined ? undefined : assigned };
  }

  private async recordingFailure<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EvaluationFailure)) throw error;
      // AWS chains a failed evaluation to what came before the event whose handling it was part of.
      throw this.reject(error.problem, error.location, this.host.previousOf(this.thread.last));
    }
  }

  /** What JSONPath sees here, with `input` as `$`. */
  sources(input: Json, map: Json | undefined = this.thread.map): Sources {
    return { input, context: this.context(map), variables: this.thread.scope.all() };
  }

  private bindings({ result, errorOutput, map }: Extras): Bindings {
    return {
      states: {
        input: this.input,
        context: this.context(map ?? this.thread.map),
        ...(result === undefined ? {} : { result }),
        ...(errorOutput === undefined ? {} : { errorOutput }),
      },
      variables: this.thread.scope.all(),
      now: this.host.now(),
    };
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
  context(map: Json | undefined): Json {
    return {
      ...this.host.context,
      State: { EnteredTime: this.enteredTime, Name: this.name, RetryCount: this.retryCount },
      ...(this.token === undefined ? {} : { Task: { Token: this.token } }),
      ...(map === undefined ? {} : { Map: map }),
    };
  }
}
