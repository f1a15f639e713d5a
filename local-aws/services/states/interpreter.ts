/**
 * Runs the states of the Amazon States Language (https://states-language.net), free of I/O: the world is a `Host`.
 */
import { runMap, runParallel } from './branching-states.ts';
import { Aborted, StateFailure } from './failures.ts';
import type { Flow, State } from './grammar.ts';
import type { Host } from './host.ts';
import type { Json } from './json.ts';
import { matches, Retries } from './retry.ts';
import { leaveByPath } from './jsonpath/path-visit.ts';
import { thinkByPath } from './jsonpath/simple-states.ts';
import { think } from './simple-states.ts';
import { runTask } from './task-state.ts';
import { eventOf, Visit, type Step, type Thread } from './visit.ts';

/** Runs a flow from its start to its end. @throws StateFailure that nothing caught, Aborted, HistoryFull */
export async function runFlow(host: Host, flow: Flow, input: Json, thread: Thread): Promise<Json> {
  let name = flow.startAt;
  let value = input;
  for (;;) {
    const state = flow.states.get(name);
    if (state === undefined) throw new TypeError(`No state ${name}: the definition was not checked.`);
    const { output, next } = await runState(host, name, state, value, thread);
    if (next === undefined) return output;
    name = next;
    value = output;
  }
}

async function runState(host: Host, name: string, state: State, input: Json, thread: Thread): Promise<Step> {
  if (thread.signal.aborted) throw new Aborted();
  thread.last = host.record(eventOf(state, 'Entered'), thread.last, {
    stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: { truncated: false } },
  });
  host.countTransition();
  thread.current = state;
  const visit = new Visit(host, name, input, thread, thread.last);
  const step = await behave(visit, state);
  thread.scope.assign(step.assigned ?? {});
  visit.record(eventOf(state, 'Exited'), {
    stateExitedEventDetails: {
      name,
      output: JSON.stringify(step.output),
      outputDetails: { truncated: false },
      ...assignedDetails(step),
    },
  });
  thread.current = undefined;
  return step;
}

function assignedDetails({ assigned }: Step): object {
  if (assigned === undefined) return {};
  const assignedVariables = Object.fromEntries(
    Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  return { assignedVariables, assignedVariablesDetails: { truncated: false } };
}

function behave(visit: Visit, state: State): Promise<Step> {
  switch (state.Type) {
    case 'Task':
      return guarded(visit, state, () => runTask(visit, state));
    case 'Map':
      return guarded(visit, state, () => runMap(visit, state, runFlow));
    case 'Parallel':
      return guarded(visit, state, () => runParallel(visit, state, runFlow));
    default:
      return state.QueryLanguage === 'JSONPath' ? thinkByPath(visit, state) : think(visit, state);
  }
}

type Guarded = Extract<State, { Type: 'Task' | 'Map' | 'Parallel' }>;

/** Retries and catches around the work of a Task, Map or Parallel state. */
async function guarded(visit: Visit, state: Guarded, work: () => Promise<Json>): Promise<Step> {
  const retries = new Retries(state.Retry ?? []);
  for (;;) {
    try {
      const result = await work();
      if (state.QueryLanguage === 'JSONPath') return leaveByPath(visit, state, state.Next, result);
      return await visit.leave(state, state.Next, result, { result });
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      visit.token = undefined;
      const delay = retries.next(error, () => visit.host.random());
      if (delay === undefined) return await caught(visit, state, error);
      const at = visit.host.now() + delay * 1_000;
      await visit.host.sleepUntil(at, `the retry of ${visit.name}`, visit.thread.signal);
      visit.retryCount = retries.count;
      visit.host.countTransition();
    }
  }
}

async function caught(visit: Visit, state: Guarded, failure: StateFailure): Promise<Step> {
  if (state.Type !== 'Task') visit.record(eventOf(state, 'Failed'));
  const isFor = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }): boolean =>
    matches(ErrorEquals, failure);
  const errorOutput = failure.output;
  if (state.QueryLanguage === 'JSONPath') {
    const index = (state.Catch ?? []).findIndex(isFor);
    const catcher = state.Catch?.[index];
    if (catcher === undefined) throw failure;
    return leaveByPath(visit, catcher, catcher.Next, errorOutput, `Catch[${index}]/`);
  }
  const index = (state.Catch ?? []).findIndex(isFor);
  const catcher = state.Catch?.[index];
  if (catcher === undefined) throw failure;
  return visit.leave(catcher, catcher.Next, errorOutput, { errorOutput }, `Catch[${index}]/`);
}
