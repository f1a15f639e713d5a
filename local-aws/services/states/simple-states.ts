/** Pass, Choice, Wait, Succeed and Fail in JSONata. */
import { StateFailure } from './failures.ts';
import { isExpression } from './expressions.ts';
import { LONGEST, TIMESTAMP } from './fields.ts';
import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from './grammar.ts';
import type { Json } from './json.ts';
import type { Step, Visit } from './visit.ts';

export type ThinkingInJsonata = PassState | ChoiceState | WaitState | SucceedState | FailState;

export async function think(visit: Visit, state: ThinkingInJsonata): Promise<Step> {
  switch (state.Type) {
    case 'Pass':
      return visit.leave(state, state.Next, visit.input);
    case 'Succeed':
      return visit.leave(state, undefined, visit.input);
    case 'Choice':
      return runChoice(visit, state);
    case 'Wait':
      return runWait(visit, state);
    case 'Fail':
      return runFail(visit, state);
  }
}

async function runFail(visit: Visit, state: FailState): Promise<never> {
  const text = async (field: 'Error' | 'Cause'): Promise<string | undefined> => {
    const template = state[field];
    return template === undefined ? undefined : visit.evaluateAs(template, field, 'string', isString);
  };
  throw new StateFailure(await text('Error'), await text('Cause'));
}

/** The first rule whose condition holds decides; the state's own Assign and Output count for the Default alone. */
async function runChoice(visit: Visit, state: ChoiceState): Promise<Step> {
  for (const [index, rule] of state.Choices.entries()) {
    const holds = await visit.evaluateAs(rule.Condition, `Choices[${index}]/Condition`, 'boolean', isBoolean);
    if (holds) return visit.leave(rule, rule.Next, visit.input, {}, `Choices[${index}]/`);
  }
  if (state.Default !== undefined) return visit.leave(state, state.Default, visit.input);
  throw new StateFailure(
    'States.NoChoiceMatched',
    `An error occurred while executing the state '${visit.name}'. Failed to transition out of the state. The state does not point to a next state.`,
  );
}

async function runWait(visit: Visit, state: WaitState): Promise<Step> {
  const until =
    state.Seconds === undefined ? await timestamp(visit, state.Timestamp ?? '') : await later(visit, state.Seconds);
  await visit.host.sleepUntil(until, `the Wait state ${visit.name}`, visit.thread.signal);
  return visit.leave(state, state.Next, visit.input);
}

async function later(visit: Visit, template: number | string): Promise<number> {
  const seconds = await visit.evaluateAs(template, 'Seconds', 'number', isNumber);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST)
    throw visit.reject(`The Seconds field must be an integer between 0 and ${LONGEST}: ${seconds}`, 'Seconds');
  return visit.host.now() + seconds * 1_000;
}

async function timestamp(visit: Visit, template: string): Promise<number> {
  const text = isExpression(template) ? await visit.evaluateAs(template, 'Timestamp', 'string', isString) : template;
  const at = TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw visit.reject(
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
      'Timestamp',
    );
  return at;
}

function isString(value: Json): value is string {
  return typeof value === 'string';
}

export function isNumber(value: Json): value is number {
  return typeof value === 'number';
}

function isBoolean(value: Json): value is boolean {
  return typeof value === 'boolean';
}
