/** Checks of one state by itself: fields that exclude or need one another, resources, expressions. */
import type * as z from 'zod';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Report } from './problems.ts';
import { checkTemplate, type Allowed } from './expression-checks.ts';
import type { anyState, TaskState } from './grammar.ts';
import { isObject, type Json } from './json.ts';
import { checkPathState, type ReadPathState } from './jsonpath/checks.ts';
import { integrationOf, type Integration } from './resources.ts';
import { isExpression } from './expressions.ts';

type JsonataState = z.output<typeof anyState>;
/** A state of either query language, before its branches and rules are read. */
export type ReadState = JsonataState | ReadPathState;

export function checkState(state: ReadState, location: string, report: Report): void {
  const fail = (message: string, at = location): void =>
    report({ code: 'SCHEMA_VALIDATION_FAILED', message, location: at });
  checkMoving(state, fail);
  if (state.Type === 'Task') checkTask(state, location, fail);
  if (state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map') checkErrorHandling(state, fail);
  if (state.QueryLanguage === 'JSONPath') checkPathState(state, location, fail);
  else checkJsonataState(state, location, fail);
  for (const name of variablesOf(state)) if (!isVariableName(name)) fail(`'${name}' is not a name for a variable`);
}

function checkJsonataState(state: JsonataState, location: string, fail: (message: string, at?: string) => void): void {
  if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined))
    fail('Exactly one of [Seconds, Timestamp] is required');
  for (const [field, template, allowed] of templatesOf(state))
    checkTemplate(template, field, allowed, (message, at) => fail(message, `${location}/${at}`));
}

function checkMoving(state: ReadState, fail: (message: string) => void): void {
  if (state.Type === 'Choice' || state.Type === 'Succeed' || state.Type === 'Fail') return;
  if ((state.Next === undefined) === (state.End === undefined)) fail('Exactly one of [Next, End] is required');
}

function checkTask(state: TaskState, location: string, fail: (message: string, at?: string) => void): void {
  const integration = integrationOf(state.Resource);
  if (integration === undefined)
    throw new NotImplemented(`the Task resource ${state.Resource} (at ${location}/Resource)`);
  const { TimeoutSeconds, HeartbeatSeconds } = state;
  if (typeof TimeoutSeconds === 'number' && typeof HeartbeatSeconds === 'number' && HeartbeatSeconds >= TimeoutSeconds)
    fail('HeartbeatSeconds must be smaller than TimeoutSeconds');
  const field = state.QueryLanguage === 'JSONPath' ? 'Parameters' : 'Arguments';
  const given = state.QueryLanguage === 'JSONPath' ? state.Parameters : state.Arguments;
  if (given !== undefined && isExpression(given)) return;
  // A function's ARN takes anything: it is the function's event.
  if (integration.kind === 'function') return;
  if (given !== undefined && !isObject(given)) fail(`${field} must be an object`, `${location}/${field}`);
  checkArguments(integration, argumentNames(given, state.QueryLanguage), `${location}/${field}`, state.Resource, fail);
}

function argumentNames(given: Json | undefined, language: 'JSONata' | 'JSONPath'): readonly string[] {
  const names = given !== undefined && isObject(given) ? Object.keys(given) : [];
  return language === 'JSONPath' ? names.map((name) => name.replace(/\.\$$/, '')) : names;
}

function checkArguments(
  { required, optional, notImplemented }: Integration,
  given: readonly string[],
  at: string,
  resource: string,
  fail: (message: string, at?: string) => void,
): void {
  const missing = required.filter((field) => !given.includes(field));
  if (missing.length > 0) fail(`These fields are required: [${missing.join(', ')}]`, at);
  for (const field of given) {
    if (notImplemented.includes(field)) throw new NotImplemented(`the argument ${field} of ${resource} (at ${at})`);
    if (optional !== 'any' && ![...required, ...optional].includes(field))
      fail(`The field '${field}' is not supported by Step Functions`, at);
  }
}

/** `States.ALL` stands alone and last. */
function checkErrorHandling(
  state: Extract<ReadState, { Type: 'Task' | 'Parallel' | 'Map' }>,
  fail: (message: string) => void,
): void {
  for (const list of [state.Retry ?? [], state.Catch ?? []])
    list.forEach(({ ErrorEquals }, index) => {
      if (!ErrorEquals.includes('States.ALL')) return;
      if (ErrorEquals.length > 1) fail('States.ALL can only appear alone');
      if (index < list.length - 1) fail('States.ALL can only appear in the last element');
    });
  for (const { MaxDelaySeconds, IntervalSeconds } of state.Retry ?? [])
    if (MaxDelaySeconds !== undefined && MaxDelaySeconds <= IntervalSeconds)
      fail('MaxDelaySeconds must be larger than IntervalSeconds');
}

type Template = readonly [field: string, template: Json | undefined, allowed: Allowed];

/** Every field that may hold expressions, with what of `$states` it can see. */
function templatesOf(state: JsonataState): readonly Template[] {
  const field = (name: string, template: Json | undefined, allowed: Allowed = {}): Template => [
    name,
    template,
    allowed,
  ];
  switch (state.Type) {
    case 'Pass':
      return [field('Output', state.Output), field('Assign', state.Assign)];
    case 'Succeed':
      return [field('Output', state.Output)];
    case 'Fail':
      return [field('Error', state.Error), field('Cause', state.Cause)];
    case 'Wait':
      return [
        ...[field('Output', state.Output), field('Assign', state.Assign)],
        ...[field('Seconds', state.Seconds), field('Timestamp', state.Timestamp)],
      ];
    case 'Choice':
      return [
        ...[field('Output', state.Output), field('Assign', state.Assign)],
        ...state.Choices.flatMap(({ Condition, Output, Assign }, index) => [
          field(`Choices[${index}]/Condition`, Condition),
          field(`Choices[${index}]/Output`, Output),
          field(`Choices[${index}]/Assign`, Assign),
        ]),
      ];
    case 'Task':
      return [
        ...ending(state),
        ...[field('Arguments', state.Arguments), field('TimeoutSeconds', state.TimeoutSeconds)],
        field('HeartbeatSeconds', state.HeartbeatSeconds),
      ];
    case 'Parallel':
      return [...ending(state), field('Arguments', state.Arguments)];
    case 'Map':
      return [
        ...ending(state),
        ...[field('Items', state.Items), field('ItemSelector', state.ItemSelector)],
        field('MaxConcurrency', state.MaxConcurrency),
      ];
  }
}

function ending(state: Extract<JsonataState, { Type: 'Task' | 'Parallel' | 'Map' }>): readonly Template[] {
  return [
    ['Output', state.Output, { result: true }],
    ['Assign', state.Assign, { result: true }],
    ...(state.Catch ?? []).flatMap(({ Output, Assign }, index): Template[] => [
      [`Catch[${index}]/Output`, Output, { errorOutput: true }],
      [`Catch[${index}]/Assign`, Assign, { errorOutput: true }],
    ]),
  ];
}

/** The variables that a state may assign. */
export function variablesOf(state: {
  readonly Type: string;
  readonly Assign?: Readonly<Record<string, Json>> | undefined;
  readonly Catch?: readonly { readonly Assign?: Readonly<Record<string, Json>> | undefined }[] | undefined;
  readonly Choices?: readonly { readonly Assign?: Json | undefined }[] | undefined;
  readonly choices?: readonly { readonly Assign?: Json | undefined }[] | undefined;
  readonly QueryLanguage: 'JSONata' | 'JSONPath';
}): readonly string[] {
  const all = [state, ...(state.Catch ?? []), ...(state.Choices ?? []), ...(state.choices ?? [])];
  return all.flatMap(({ Assign }) => argumentNames(Assign, state.QueryLanguage));
}

function isVariableName(name: string): boolean {
  return /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) && name.length <= 80 && name !== 'states';
}
