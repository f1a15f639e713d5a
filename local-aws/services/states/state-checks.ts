/** Checks of one state by itself: fields that exclude or need one another, resources, expressions. */
import type * as z from 'zod';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Report } from './problems.ts';
import { checkTemplate, type Allowed } from './expression-checks.ts';
import type { anyState, TaskState } from './grammar.ts';
import { isRecord, type Json } from './json.ts';
import { INTEGRATIONS } from './resources.ts';
import { isExpression } from './expressions.ts';

type ReadState = z.output<typeof anyState>;

export function checkState(state: ReadState, location: string, report: Report): void {
  const fail = (message: string, at = location): void =>
    report({ code: 'SCHEMA_VALIDATION_FAILED', message, location: at });
  checkMoving(state, fail);
  if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined))
    fail('Exactly one of [Seconds, Timestamp] is required');
  if (state.Type === 'Task') checkTask(state, location, fail);
  if (state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map') checkErrorHandling(state, fail);
  for (const [field, template, allowed] of templatesOf(state))
    checkTemplate(template, field, allowed, (message, at) => fail(message, `${location}/${at}`));
  for (const name of variablesOf(state)) if (!isVariableName(name)) fail(`'${name}' is not a name for a variable`);
}

function checkMoving(state: ReadState, fail: (message: string) => void): void {
  if (state.Type === 'Choice' || state.Type === 'Succeed' || state.Type === 'Fail') return;
  if ((state.Next === undefined) === (state.End === undefined)) fail('Exactly one of [Next, End] is required');
}

function checkTask(state: TaskState, location: string, fail: (message: string, at?: string) => void): void {
  const integration = INTEGRATIONS[state.Resource];
  if (integration === undefined)
    throw new NotImplemented(`the Task resource ${state.Resource} (at ${location}/Resource)`);
  const { TimeoutSeconds, HeartbeatSeconds } = state;
  if (typeof TimeoutSeconds === 'number' && typeof HeartbeatSeconds === 'number' && HeartbeatSeconds >= TimeoutSeconds)
    fail('HeartbeatSeconds must be smaller than TimeoutSeconds');
  if (state.Arguments !== undefined && isExpression(state.Arguments)) return;
  if (state.Arguments !== undefined && !isRecord(state.Arguments))
    fail('Arguments must be an object', `${location}/Arguments`);
  const given = isRecord(state.Arguments) ? Object.keys(state.Arguments) : [];
  const missing = integration.required.filter((field) => !given.includes(field));
  if (missing.length > 0) fail(`These fields are required: [${missing.join(', ')}]`, `${location}/Arguments`);
  for (const field of given) {
    if (integration.notImplemented.includes(field))
      throw new NotImplemented(`the argument ${field} of ${state.Resource} (at ${location}/Arguments)`);
    if (![...integration.required, ...integration.optional].includes(field))
      fail(`The field '${field}' is not supported by Step Functions`, `${location}/Arguments`);
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
function templatesOf(state: ReadState): readonly Template[] {
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

function ending(state: Extract<ReadState, { Type: 'Task' | 'Parallel' | 'Map' }>): readonly Template[] {
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
  readonly Choices?: readonly { readonly Assign?: Readonly<Record<string, Json>> | undefined }[] | undefined;
}): readonly string[] {
  return [state, ...(state.Catch ?? []), ...(state.Choices ?? [])].flatMap(({ Assign }) => Object.keys(Assign ?? {}));
}

function isVariableName(name: string): boolean {
  return /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) && name.length <= 80 && name !== 'states';
}
