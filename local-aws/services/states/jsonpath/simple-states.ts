/** Pass, Choice, Wait, Succeed and Fail in JSONPath. */
import { StateFailure } from '../failures.ts';
import { LONGEST } from '../fields.ts';
import type { PathChoiceState } from '../grammar.ts';
import type { Json } from '../json.ts';
import type { Step, Visit } from '../visit.ts';
import { timeOf } from './choice-operators.ts';
import type { Test } from './choice-rules.ts';
import type { FailState, PassState, SucceedState, WaitState } from './grammar.ts';
import { effectiveInput, filteredInput, leaveByPath, pick, readField, unusable } from './path-visit.ts';
import { select } from './select.ts';

export type ThinkingByPath = PassState | PathChoiceState | WaitState | SucceedState | FailState;

export async function thinkByPath(visit: Visit, state: ThinkingByPath): Promise<Step> {
  switch (state.Type) {
    case 'Pass':
      return leaveByPath(
        visit,
        state,
        state.Next,
        state.Result === undefined ? effectiveInput(visit, state) : state.Result,
      );
    case 'Choice':
      return choose(visit, state);
    case 'Wait':
      return wait(visit, state);
    case 'Succeed':
      return leaveByPath(visit, state, undefined, filteredInput(visit, state));
    case 'Fail':
      throw new StateFailure(textOf(visit, state, 'Error'), textOf(visit, state, 'Cause'));
  }
}

function textOf(visit: Visit, state: FailState, field: 'Error' | 'Cause'): string | undefined {
  const path = state[`${field}Path`];
  if (path === undefined) return state[field];
  const value = readField(visit, path, `${field}Path`, visit.input);
  if (typeof value === 'string') return value;
  throw unusable(visit, `${field}Path`, 'a string', value);
}

/** The first rule that holds decides; the state's own Assign counts for the Default alone. */
function choose(visit: Visit, state: PathChoiceState): Step {
  const input = filteredInput(visit, state);
  for (const [index, choice] of state.choices.entries())
    if (holds(visit, choice.test, input))
      return leaveByPath(visit, { ...choice, OutputPath: state.OutputPath }, choice.Next, input, `Choices[${index}]/`);
  if (state.Default !== undefined) return leaveByPath(visit, state, state.Default, input);
  throw new StateFailure(
    'States.NoChoiceMatched',
    `An error occurred while executing the state '${visit.name}'. Failed to transition out of the state. The state does not point to a next state.`,
  );
}

function holds(visit: Visit, test: Test, input: Json): boolean {
  switch (test.kind) {
    case 'all':
      return test.tests.every((each) => holds(visit, each, input));
    case 'any':
      return test.tests.some((each) => holds(visit, each, input));
    case 'not':
      return !holds(visit, test.test, input);
    case 'present':
      return (select(test.variable, visit.sources(input)) !== undefined) === test.present;
    case 'compare': {
      const value = valueOf(visit, test.variable, input);
      const { operand } = test;
      return test.operator.holds(value, 'path' in operand ? valueOf(visit, operand.path, input) : operand.value);
    }
  }
}

function valueOf(visit: Visit, path: string, input: Json): Json {
  const value = select(path, visit.sources(input));
  if (value !== undefined) return value;
  throw new StateFailure(
    'States.Runtime',
    `An error occurred while executing the state '${visit.name}' (entered at the event id #${visit.enteredEvent}). Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );
}

async function wait(visit: Visit, state: WaitState): Promise<Step> {
  const input = filteredInput(visit, state);
  await visit.host.sleepUntil(until(visit, state, input), `the Wait state ${visit.name}`, visit.thread.signal);
  return leaveByPath(visit, state, state.Next, input);
}

function until(visit: Visit, state: WaitState, input: Json): number {
  if (state.Seconds !== undefined) return visit.host.now() + state.Seconds * 1_000;
  if (state.SecondsPath !== undefined) {
    const seconds = pick(visit, state.SecondsPath, 'SecondsPath', input);
    if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST)
      throw unusable(visit, 'SecondsPath', `an integer between 0 and ${LONGEST}`, seconds);
    return visit.host.now() + seconds * 1_000;
  }
  const field = state.Timestamp === undefined ? 'TimestampPath' : 'Timestamp';
  const text = state.Timestamp ?? pick(visit, state.TimestampPath ?? '$', field, input);
  const time = timeOf(text);
  if (time === undefined) throw unusable(visit, field, 'a timestamp of RFC 3339', text);
  return time;
}
